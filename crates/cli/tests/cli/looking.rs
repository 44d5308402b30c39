//! `outputs`, `state` and `graph`.

use crate::bench::Bench;

#[test]
fn nothing_is_made_by_looking() {
    let bench = Bench::new();
    assert!(bench.run("outputs").expect(0).out.contains("`up` makes them"));
    assert!(bench.run("state list").expect(0).out.contains("Nothing is deployed"));
    assert!(!bench.path().join(".ironward").exists());
}

#[test]
fn outputs_and_state_are_listed() {
    let bench = Bench::applied();
    bench.snapshot("outputs", &bench.run("outputs").expect(0).seen());
    bench.snapshot("state_list", &bench.run("state list").expect(0).seen());
    bench.snapshot("state_show", &bench.run("state show data/records").expect(0).seen());
}

#[test]
fn a_mistyped_path_gets_a_suggestion() {
    let bench = Bench::applied();
    let ran = bench.run("state show data/record").expect(1);
    assert!(ran.err.contains("nothing is recorded at `data/record`"), "{}", ran.err);
    assert!(ran.err.contains("did you mean `data/records`?"), "{}", ran.err);
}

#[test]
fn the_graph_is_drawn_in_every_form() {
    let bench = Bench::new();
    for (format, name) in
        [("dot", "graph_dot"), ("mermaid", "graph_mermaid"), ("json", "graph_json"), ("svg", "graph_svg")]
    {
        let ran = bench.run(&format!("graph --format {format}")).expect(0);
        bench.snapshot(name, &ran.out);
    }
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    struct Closed;
    impl std::io::Write for Closed {
        fn write(&mut self, _bytes: &[u8]) -> std::io::Result<usize> {
            Err(std::io::ErrorKind::BrokenPipe.into())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    struct Full;
    impl std::io::Write for Full {
        fn write(&mut self, _bytes: &[u8]) -> std::io::Result<usize> {
            Err(std::io::ErrorKind::StorageFull.into())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    let bench = Bench::new();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let run = |process_env| {
        let clinic = bench.clinic.clone();
        runtime.block_on(ironward_cli::run_with("clinic", move |stack| clinic.declare(stack), process_env))
    };
    assert_eq!(run(bench.process_env("up --yes", Closed, std::io::sink())), 0);
    assert_eq!(bench.world.ids().len(), 4);
    assert_eq!(run(bench.process_env("preview", Full, std::io::sink())), 1);
}
