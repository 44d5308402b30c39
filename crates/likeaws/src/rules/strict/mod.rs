//! What AWS refuses and emulators take, as rows of tables.
//!
//! A [`Row`] says which operations it is about, where the document is, what is asked of the emulator first, and
//! what is refused how. It carries a request that is refused and a near twin that is taken, and a test tries both.
//! Where AWS has no document for the words of a refusal, they are those that users reported.
//!
//! | module | holds rows that look at |
//! |---|---|
//! | `names` | names and other texts |
//! | `numbers` | numbers, choices and pairs of them |
//! | `tags` | tags |
//! | `databases` | engine versions, storage, and what RDS doesn't change |
//! | `windows` | times that exclude each other |
//! | `networks` | subnets, and the ways out of a network |
//! | `orders` | what must be there before |
//! | `policies` | policies of keys, buckets and roles, by [`policy`] |
//! | `deletions` | what is still in use |

mod databases;
mod deletions;
mod names;
mod networks;
mod numbers;
mod orders;
mod policies;
pub mod policy;
mod tags;
mod windows;

use ironward_emulators::xml;

use crate::call::Call;
use crate::question::Question;
use crate::refusal::Refusal;
use crate::rule::{Calls, Does, Rule, Upstream};
use crate::said::{Said, is_like};

/// Requests that AWS refuses.
#[derive(Debug, Clone, Copy)]
pub struct Row {
    /// What tests and messages call it.
    pub name: &'static str,
    /// The service, as signatures name it.
    pub service: &'static str,
    /// The operations, as [`Call::operation`] names them; `*` stands for anything.
    pub operations: &'static [&'static str],
    /// The document of AWS, or whose report of it.
    pub source: &'static str,
    /// What is asked of the emulator first, each in the light of the answers before it.
    pub asks: &'static [Ask],
    /// What is refused.
    pub refuses: Refuses,
    /// A request that is refused.
    pub refused: Case,
    /// A near twin that is taken.
    pub taken: Case,
}

/// A question of a row; where it has none, the request is taken.
pub type Ask = fn(&Said, &[String]) -> Option<Question>;

/// What a row refuses.
#[derive(Debug, Clone, Copy)]
pub enum Refuses {
    /// A value of these fields, whose names are patterns, that is wrong by itself: which is, the code, and the
    /// message, in which `{}` stands for the value.
    Value(&'static [&'static str], fn(&str) -> bool, &'static str, &'static str),
    /// What the function says of the request and the answers. A question that the emulator refuses is answered by
    /// an empty text.
    That(fn(&Said, &[String]) -> Option<Refusal>),
}

/// A request, and what the emulator answers.
#[derive(Debug, Clone, Copy)]
pub struct Case {
    /// Its fields, as [`Said`] names them.
    pub says: &'static [(&'static str, &'static str)],
    /// The answers to the questions, one for each.
    pub answers: &'static [&'static str],
}

/// A case without a question.
const fn case(says: &'static [(&'static str, &'static str)]) -> Case {
    Case { says, answers: &[] }
}

/// A case with the answers to its questions.
const fn answered(says: &'static [(&'static str, &'static str)], answers: &'static [&'static str]) -> Case {
    Case { says, answers }
}

/// What stands in an element of an answer, if it isn't empty.
fn said_in<'a>(answer: &'a str, name: &str) -> Option<&'a str> {
    xml::text(answer, name).map(str::trim).filter(|text| !text.is_empty())
}

impl Row {
    /// Whether a call is one that it is about.
    #[must_use]
    pub fn includes(&self, call: &Call) -> bool {
        call.service == self.service
            && self.operations.iter().any(|operation| is_like(operation, &call.operation))
    }

    /// What it has against a request, once the emulator has answered.
    #[must_use]
    pub fn judge(&self, said: &Said, answers: &[String]) -> Option<Refusal> {
        match self.refuses {
            Refuses::Value(fields, is_wrong, code, message) => {
                let wrong = fields.iter().find_map(|field| said.all(field).find(|value| is_wrong(value)))?;
                Some(Refusal::new(code, message.replace("{}", wrong)))
            }
            Refuses::That(judge) => judge(said, answers),
        }
    }

    /// What it has against a call; it asks the emulator first.
    pub async fn refuse(&self, call: &Call, upstream: &Upstream) -> Option<Refusal> {
        let said = Said::of(call);
        let mut answers = Vec::new();
        for ask in self.asks {
            let question = ask(&said, &answers)?.request(call)?;
            answers.push(upstream.ask(question).await.unwrap_or_default());
        }
        self.judge(&said, &answers)
    }
}

/// Every row.
pub fn all() -> impl Iterator<Item = &'static Row> {
    [
        names::ROWS,
        numbers::ROWS,
        tags::ROWS,
        databases::ROWS,
        windows::ROWS,
        networks::ROWS,
        orders::ROWS,
        policies::ROWS,
        deletions::ROWS,
    ]
    .into_iter()
    .flatten()
}

/// The rows as rules.
#[must_use]
pub fn rules() -> Vec<Rule> {
    let rule = |row: &'static Row| Rule {
        name: row.name,
        source: row.source,
        calls: Calls::Row(row),
        does: Does::Judge(row),
    };
    all().map(rule).collect()
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use hyper::Response;
    use tokio::runtime::Runtime;

    use super::*;
    use crate::call::tests::request;
    use crate::proxy::{Proxy, send};
    use crate::server;

    fn judged(row: &Row, case: Case) -> Option<Refusal> {
        let answers: Vec<String> = case.answers.iter().map(|answer| (*answer).to_owned()).collect();
        assert_eq!(answers.len(), row.asks.len(), "{}: a question is answered, no other", row.name);
        let said = Said::fields(case.says);
        for (n, ask) in row.asks.iter().enumerate() {
            // A question that isn't asked takes the request.
            ask(&said, &answers[..n])?;
        }
        row.judge(&said, &answers)
    }

    #[test]
    fn each_row_refuses_one_request_and_takes_its_near_twin() {
        for row in all() {
            let refusal = judged(row, row.refused).unwrap_or_else(|| panic!("{} takes it", row.name));
            assert!(!refusal.code.is_empty() && !refusal.message.contains("{}"), "{}: {refusal:?}", row.name);
            assert_eq!(judged(row, row.taken), None, "{}", row.name);
            let differs = row.refused.says != row.taken.says || row.refused.answers != row.taken.answers;
            assert!(differs, "{}", row.name);
        }
    }

    #[test]
    fn there_are_enough_rows_and_each_names_its_source() {
        assert!(all().count() >= 40, "{}", all().count());
        for row in all() {
            assert!(row.source.starts_with("https://"), "{}", row.name);
        }
    }

    /// A refused request of each protocol, the answer that the emulator would give, and where the code is said.
    #[test]
    fn a_refusal_is_said_as_the_protocol_says_it_and_the_emulator_never_sees_the_request() {
        const FARGATE: &str = r#"{"requiresCompatibilities":["FARGATE"],"cpu":"256","memory":"16384"}"#;
        const START: &str = r#"{"BackupPlan":{"Rules":[{"StartWindowMinutes":59}]}}"#;
        let target = Some("AmazonEC2ContainerServiceV20141113.RegisterTaskDefinition");
        let cases = [
            (
                request("ec2", "POST", "/", None, "Action=CreateSecurityGroup&GroupName=sg-a"),
                "<Code>InvalidParameterValue<",
            ),
            (
                request("rds", "POST", "/", None, "Action=CreateDBInstance&DBName=a-b"),
                "<Code>InvalidParameterValue<",
            ),
            (request("ecs", "POST", "/", target, FARGATE), r#""__type":"ClientException""#),
            (request("s3", "PUT", "/xn--a", None, ""), "<Code>InvalidBucketName<"),
            (
                request("backup", "PUT", "/backup/plans", None, START),
                r#""__type":"InvalidParameterValueException""#,
            ),
        ];
        Runtime::new().unwrap().block_on(async {
            let emulator = server::listen(|_| async { Ok(Response::new(Bytes::from_static(b"taken"))) });
            let proxy = Proxy::start(&emulator.await.unwrap().to_string(), rules()).unwrap();
            for (request, code) in cases {
                let answer = send(&proxy.endpoint(), request).await.unwrap();
                let text = String::from_utf8_lossy(answer.body()).into_owned();
                assert!(answer.status() == 400 && text.contains(code), "{text}");
            }
            assert_eq!(proxy.applied().len(), 5, "{:?}", proxy.applied());
            let twin = request("s3", "PUT", "/xn-a", None, "");
            assert_eq!(send(&proxy.endpoint(), twin).await.unwrap().body(), "taken");
        });
    }

    /// The emulator that has the service is asked, with a question in its own protocol.
    #[test]
    fn the_emulator_is_asked_before_a_row_judges() {
        const ROLE: &str = r#"{"BackupSelection":{"IamRoleArn":"arn:aws:iam::1:role/r"}}"#;
        Runtime::new().unwrap().block_on(async {
            let iam = server::listen(|request: hyper::Request<Bytes>| async move {
                let call = Call::of(&request).unwrap();
                assert_eq!((call.service.as_str(), call.form()["RoleName"].as_str()), ("iam", "r"));
                let trusts = "%7B%22Statement%22%3A%5B%5D%7D";
                let answer = format!("<R><AssumeRolePolicyDocument>{trusts}</AssumeRolePolicyDocument></R>");
                Ok(Response::new(Bytes::from(answer)))
            });
            let backup = server::listen(|_| async { Ok(Response::new(Bytes::from_static(b"taken"))) });
            let upstream = Upstream::new(&iam.await.unwrap().to_string())
                .with_service_at("backup", &backup.await.unwrap().to_string());
            let proxy = Proxy::before(upstream, rules()).unwrap();
            let select = request("backup", "PUT", "/backup/plans/p/selections", None, ROLE);
            let answer = send(&proxy.endpoint(), select).await.unwrap();
            let text = String::from_utf8_lossy(answer.body()).into_owned();
            assert!(text.contains("arn:aws:iam::1:role/r cannot be assumed by AWS Backup"), "{text}");
            assert_eq!(proxy.applied(), ["role-that-backups-can-assume"]);
        });
    }
}
