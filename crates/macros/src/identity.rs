//! What identifies a resource: the rows of `#[identity(…)]`.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{DeriveInput, Error, LitStr, Result, meta::ParseNestedMeta};

/// The rows of a declaration.
#[derive(Debug, Default)]
pub(crate) struct Identity {
    claims: Vec<Row>,
}

/// One row: a claim on what some properties say.
#[derive(Debug)]
struct Row {
    kind: TokenStream,
    properties: Vec<String>,
    named: Vec<(String, LitStr)>,
    scope: TokenStream,
    collides: TokenStream,
    when: Option<(String, String)>,
}

/// What a row says before it is complete.
#[derive(Default)]
struct Parts {
    given: bool,
    claim: Option<(TokenStream, LitStr)>,
    scope: Option<TokenStream>,
    collides: Option<TokenStream>,
    when: Option<LitStr>,
}

impl Parts {
    fn read(&mut self, meta: &ParseNestedMeta<'_>) -> Result<()> {
        let text = || -> Result<LitStr> { meta.value()?.parse::<LitStr>() };
        let mut collides = |how: TokenStream| match self.collides.replace(how) {
            None => Ok(()),
            Some(_) => Err(meta.error("a row says one way in which values collide")),
        };
        let kind = match meta.path.get_ident().map(ToString::to_string).as_deref() {
            Some("given") => {
                self.given = true;
                return Ok(());
            }
            Some("ignore_case") => return collides(quote!(IgnoreCase)),
            Some("ranges") => return collides(quote!(Ranges)),
            Some("dns_name") => return collides(quote!(DnsName)),
            Some("scope") => {
                let scope = text()?;
                self.scope = Some(match scope.value().as_str() {
                    "region" => quote!(Region),
                    "account" => quote!(Account),
                    "partition" => quote!(Partition),
                    _ => {
                        return Err(Error::new_spanned(
                            scope,
                            "a scope is `region`, `account` or `partition`",
                        ));
                    }
                });
                return Ok(());
            }
            Some("when") => {
                self.when = Some(text()?);
                return Ok(());
            }
            Some("name") => quote!(Name),
            Some("place") => quote!(Place),
            Some("value") => quote!(Value),
            _ => {
                return Err(meta.error(
                    "unknown part of an identity: there are `given`, `name`, `place`, `value`, `scope`, \
                     `ignore_case`, `ranges`, `dns_name` and `when`",
                ));
            }
        };
        match self.claim.replace((kind, text()?)) {
            None => Ok(()),
            Some(_) => Err(meta.error("a row is one claim: write another `#[identity(…)]` for another")),
        }
    }

    fn row(self, attribute: &syn::Attribute) -> Result<Option<Row>> {
        let schema = quote!(::ironward_core::schema);
        let Some((kind, literal)) = self.claim else {
            let alone = self.scope.is_none() && self.collides.is_none() && self.when.is_none();
            return if self.given && alone {
                Ok(None)
            } else {
                Err(Error::new_spanned(
                    attribute,
                    "a row is `given` alone, or a `name`, `place` or `value` with its properties",
                ))
            };
        };
        if self.given {
            return Err(Error::new_spanned(
                attribute,
                "an id that is given and what excludes others are two rows: write `#[identity(given)]` apart",
            ));
        }
        let properties: Vec<String> = literal.value().split(',').map(|name| name.trim().to_owned()).collect();
        let mut named: Vec<(String, LitStr)> =
            properties.iter().map(|name| (name.clone(), literal.clone())).collect();
        let when = match &self.when {
            None => None,
            Some(when) => {
                let text = when.value();
                let Some((name, value)) = text.split_once(':') else {
                    return Err(Error::new_spanned(
                        when,
                        "a condition is a property, a colon and JSON, such as `PrivateDnsEnabled: true`",
                    ));
                };
                named.push((name.trim().to_owned(), when.clone()));
                Some((name.trim().to_owned(), value.trim().to_owned()))
            }
        };
        let scope = self.scope.unwrap_or_else(|| quote!(Region));
        let collides = self.collides.unwrap_or_else(|| quote!(Equal));
        Ok(Some(Row {
            kind: quote!(#schema::ClaimKind::#kind),
            properties,
            named,
            scope: quote!(#schema::Scope::#scope),
            collides: quote!(#schema::Collides::#collides),
            when,
        }))
    }
}

impl Identity {
    /// Reads the rows, and holds the names in them against the properties of the declaration.
    pub(crate) fn read(input: &DeriveInput, properties: &[String]) -> Result<Self> {
        let mut identity = Self::default();
        let mut said = false;
        for attribute in input.attrs.iter().filter(|attribute| attribute.path().is_ident("identity")) {
            said = true;
            let mut parts = Parts::default();
            attribute.parse_nested_meta(|meta| parts.read(&meta))?;
            if let Some(row) = parts.row(attribute)? {
                for (name, literal) in &row.named {
                    known(name, literal, properties)?;
                }
                identity.claims.push(row);
            }
        }
        if said {
            return Ok(identity);
        }
        Err(Error::new_spanned(
            &input.ident,
            format!(
                "`{}` says nothing about what identifies it in the cloud: write `#[identity(given)]` where the \
                 service gives each an id and two may be alike, `#[identity(name = \"Property\")]` where a name \
                 can be taken once, `#[identity(place = \"Parent, Key\")]` where there is one at a place, and \
                 `#[identity(value = \"Parent, Property\")]` for values that exclude each other",
                input.ident
            ),
        ))
    }

    /// The claims, as a constant slice.
    pub(crate) fn claims(&self) -> TokenStream {
        let schema = quote!(::ironward_core::schema);
        let rows = self.claims.iter().map(|row| {
            let Row { kind, properties, scope, collides, when, .. } = row;
            let when = when
                .as_ref()
                .map(|(name, value)| quote!(claim.when = ::core::option::Option::Some((#name, #value));));
            quote!({
                let mut claim = #schema::Claim::new(#kind, &[#(#properties),*]);
                claim.scope = #scope;
                claim.collides = #collides;
                #when
                claim
            })
        });
        quote!(&[#(#rows),*])
    }
}

/// Refuses a name that no property has; of one with dots the first part counts.
pub(crate) fn known(name: &str, literal: &LitStr, properties: &[String]) -> Result<()> {
    let first = name.split('.').next().unwrap_or_default();
    if properties.iter().any(|property| property == first) {
        return Ok(());
    }
    Err(Error::new_spanned(
        literal,
        format!("there is no property `{first}`: there are {}", listed(properties)),
    ))
}

fn listed(properties: &[String]) -> String {
    properties.iter().map(|property| format!("`{property}`")).collect::<Vec<_>>().join(", ")
}
