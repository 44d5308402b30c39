//! The stack that a program declares into.

use std::collections::BTreeMap;
use std::marker::PhantomData;
use std::panic::Location;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::model::consent::{Consent, Day, Loss, Paths};
use crate::model::declare::{Declaration, IntoWithOptions, Lookup};
use crate::model::output::Output;
use crate::model::path::Path;
use crate::model::program::{Component, DeclareError, LookupNode, Moved, Program, Remark, Resource, Source};

/// A set of rules that a stack is opened with, as a type. What a profile forbids has no
/// constructor in components that are generic over it.
pub trait Profile: Send + Sync + 'static {
    /// The profile's name in plans and evidence.
    const NAME: &'static str;
}

/// The HIPAA Security Rule, 45 CFR Part 164 Subpart C.
#[derive(Debug, Clone, Copy)]
pub enum Hipaa {}

impl Profile for Hipaa {
    const NAME: &'static str = "hipaa";
}

/// Where a program declares its components and resources: the root, or the inside of a component.
#[derive(Debug)]
pub struct Stack<P: Profile> {
    program: Arc<Mutex<Program>>,
    scope: Option<Path>,
    origin: Option<Source>,
    profile: PhantomData<fn() -> P>,
}

impl<P: Profile> Stack<P> {
    /// An empty stack of the program `name`.
    #[must_use]
    pub fn new(name: &str) -> Self {
        let program = Program { name: name.to_owned(), profile: P::NAME.to_owned(), ..Program::default() };
        Self { program: Arc::new(Mutex::new(program)), scope: None, origin: None, profile: PhantomData }
    }

    /// Everything that was declared so far.
    #[must_use]
    pub fn program(&self) -> Program {
        self.lock().clone()
    }

    /// Adds a resource.
    ///
    /// # Errors
    /// [`DeclareError`] when the name breaks the rules or is taken.
    #[track_caller]
    pub fn add<C: IntoWithOptions>(
        &mut self,
        name: &str,
        declaration: C,
    ) -> Result<<C::Declaration as Declaration>::Handle, DeclareError> {
        let source = self.source();
        let path = self.claim(name, &source)?;
        let configured = declaration.into_configured();
        let resource = Resource {
            path: path.clone(),
            schema: <C::Declaration as Declaration>::SCHEMA,
            properties: configured.declaration.properties(),
            options: configured.options,
            source,
        };
        self.lock().resources.insert(path.clone(), resource);
        Ok(configured.declaration.handle(path))
    }

    /// Looks something up that exists already; it is resolved before the plan is made.
    ///
    /// # Errors
    /// [`DeclareError`] when the name breaks the rules or is taken.
    #[track_caller]
    pub fn lookup<L: Lookup>(&mut self, name: &str, lookup: L) -> Result<L::Handle, DeclareError> {
        let source = self.source();
        let path = self.claim(name, &source)?;
        let node = LookupNode {
            path: path.clone(),
            name: L::NAME,
            query: lookup.query(),
            network: L::NETWORK,
            provider: None,
            source,
        };
        self.lock().lookups.insert(path.clone(), node);
        Ok(lookup.handle(path))
    }

    /// Opens a component: what is declared through the returned stack stands below `name`, and
    /// messages about it name the line that declared the component.
    ///
    /// # Errors
    /// [`DeclareError`] when the name breaks the rules or is taken.
    #[track_caller]
    pub fn component(&mut self, name: &str, type_name: &str) -> Result<Self, DeclareError> {
        let source = self.source();
        let path = self.claim(name, &source)?;
        let component =
            Component { type_name: type_name.to_owned(), source: source.clone(), tags: BTreeMap::new() };
        self.lock().components.insert(path.clone(), component);
        Ok(Self {
            program: Arc::clone(&self.program),
            scope: Some(path),
            origin: Some(source),
            profile: PhantomData,
        })
    }

    /// Says that what stands at and below `to` stood at and below `from` before: it stays what it is, and
    /// is recorded there from now on. Both are paths in this scope. A move that has been made has no
    /// meaning any more; left in the program, it still serves states that haven't seen it.
    ///
    /// # Errors
    /// [`DeclareError::Name`] when one of them can't be a path.
    #[track_caller]
    pub fn moved(&mut self, from: &str, to: &str) -> Result<(), DeclareError> {
        let source = self.source();
        let path = |text: &str| {
            let text = match &self.scope {
                Some(scope) => format!("{scope}/{text}"),
                None => text.to_owned(),
            };
            Path::parse(&text).map_err(|error| DeclareError::Name { error, source_line: source.clone() })
        };
        let moved = Moved { from: path(from)?, to: path(to)? };
        self.lock().moves.push(moved);
        Ok(())
    }

    /// Consents to what a plan would lose at `paths`, for a reason: `PATH`, `PATH/**`, or `**` for
    /// everything, in this scope. This is how something is let go of that has left the program.
    /// Without `until` the consent counts for as long as it stands here.
    ///
    /// # Errors
    /// [`DeclareError::Name`] when `paths` aren't paths.
    #[track_caller]
    pub fn accept(
        &mut self,
        paths: &str,
        loss: Loss,
        reason: &str,
        until: Option<Day>,
    ) -> Result<(), DeclareError> {
        let source = self.source();
        let text = match &self.scope {
            Some(scope) => format!("{scope}/{paths}"),
            None => paths.to_owned(),
        };
        let paths =
            Paths::parse(&text).map_err(|error| DeclareError::Name { error, source_line: source.clone() })?;
        let consent = Consent { until, source: Some(source), ..Consent::of_program(paths, loss, reason) };
        self.lock().consents.push(consent);
        Ok(())
    }

    /// Says that what is declared here is meant to hold the data of real people. Such a stack never
    /// counts as disposable on AWS.
    pub fn production(&mut self) {
        self.lock().production = true;
    }

    /// Tags everything in this scope, declared before or after; at the root, everything of the program.
    pub fn tag(&mut self, key: &str, value: &str) {
        let mut program = self.lock();
        let tags = match &self.scope {
            Some(scope) => program.components.get_mut(scope).map(|component| &mut component.tags),
            None => Some(&mut program.tags),
        };
        if let Some(tags) = tags {
            tags.insert(key.to_owned(), value.to_owned());
        }
    }

    /// Records a choice that the evidence must show.
    #[track_caller]
    pub fn remark(&mut self, text: &str, citation: Option<&str>) {
        let source = self.source();
        let path = self.scope.clone();
        let remark = Remark { path, text: text.to_owned(), citation: citation.map(str::to_owned), source };
        self.lock().remarks.push(remark);
    }

    /// Exports a value under `name`.
    ///
    /// # Errors
    /// [`DeclareError::DuplicateOutput`] when the name is taken.
    #[track_caller]
    pub fn output<T>(&mut self, name: &str, value: Output<T>) -> Result<(), DeclareError> {
        let source_line = self.source();
        let previous = self.lock().outputs.insert(name.to_owned(), value.value().clone());
        match previous {
            Some(_) => Err(DeclareError::DuplicateOutput { name: name.to_owned(), source_line }),
            None => Ok(()),
        }
    }

    /// An error of the component in this scope, at the line that declared it.
    #[track_caller]
    #[must_use]
    pub fn refuse(&self, message: impl Into<String>, citation: Option<&str>) -> DeclareError {
        DeclareError::Component {
            component: self.scope.as_ref().map_or_else(|| "the stack".to_owned(), Path::to_string),
            message: message.into(),
            citation: citation.map(str::to_owned),
            source_line: self.source(),
        }
    }

    /// The path of this scope; none at the root.
    #[must_use]
    pub fn scope(&self) -> Option<&Path> {
        self.scope.as_ref()
    }

    #[track_caller]
    fn source(&self) -> Source {
        // Outside a closure: inside one, the caller would be this line.
        let caller = Location::caller();
        self.origin.clone().unwrap_or_else(|| Source::from(caller))
    }

    fn claim(&self, name: &str, source: &Source) -> Result<Path, DeclareError> {
        let path = match &self.scope {
            Some(scope) => scope.join(name),
            None => Path::segment(name),
        }
        .map_err(|error| DeclareError::Name { error, source_line: source.clone() })?;
        match self.lock().source_of(&path) {
            Some(first) => Err(DeclareError::Duplicate {
                path: path.clone(),
                first: first.clone(),
                second: source.clone(),
            }),
            None => Ok(path),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Program> {
        self.program.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_said_at_the_root_counts_for_everything() {
        let mut stack = Stack::<Hipaa>::new("clinic");
        let mut scope = stack.component("outer", "Outer").unwrap();
        scope.tag("level", "outer");
        stack.tag("owner", "platform");
        stack.tag("level", "root");
        stack.remark("it runs in one zone", None);
        let program = stack.program();
        let tags = |path: &str| {
            let tags = program.tags_around(&Path::parse(path).unwrap());
            tags.into_iter().map(|(key, value)| format!("{key}={value}")).collect::<Vec<_>>()
        };
        assert_eq!(tags("one"), ["level=root", "owner=platform"]);
        assert_eq!(tags("outer/one"), ["level=outer", "owner=platform"]);
        let remarks: Vec<&str> = program.remarks.iter().map(|remark| remark.text.as_str()).collect();
        assert_eq!(remarks, ["it runs in one zone"]);
    }
}
