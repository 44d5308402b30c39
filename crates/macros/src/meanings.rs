//! What values mean beyond how they compare: `member(…)` and `majors(…)` of a property.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Ident, LitInt, LitStr, Result, Token, meta::ParseNestedMeta, parenthesized};

/// The rows of a property.
#[derive(Default)]
pub(crate) struct Meanings {
    members: Vec<(LitStr, TokenStream)>,
    majors: Option<Majors>,
}

/// How many parts of a version are the major one, and what allows another one.
struct Majors {
    by: LitStr,
    parts: Vec<(LitStr, LitInt)>,
    only_with: Option<LitStr>,
}

impl Meanings {
    /// Reads `member("Rules.Prefix", default = "\"\"")`, or with `set` or `ignore_case`.
    pub(crate) fn read_member(&mut self, meta: &ParseNestedMeta<'_>) -> Result<()> {
        let schema = quote!(::ironward_core::schema);
        let content;
        parenthesized!(content in meta.input);
        let path: LitStr = content.parse()?;
        while content.parse::<Option<Token![,]>>()?.is_some() && !content.is_empty() {
            let word: Ident = content.parse()?;
            let meaning = match word.to_string().as_str() {
                "default" => {
                    content.parse::<Token![=]>()?;
                    let default: LitStr = content.parse()?;
                    quote!(#schema::Meaning::Default(#default))
                }
                "set" => quote!(#schema::Meaning::Set),
                "ignore_case" => quote!(#schema::Meaning::IgnoreCase),
                _ => {
                    return Err(syn::Error::new_spanned(
                        word,
                        "a member has a `default`, is a `set`, or is read with `ignore_case`",
                    ));
                }
            };
            self.members.push((path.clone(), meaning));
        }
        Ok(())
    }

    /// Reads `majors("Engine", "mysql" = 2, "mariadb" = 2, only_with = "AllowMajorVersionUpgrade")`.
    pub(crate) fn read_majors(&mut self, meta: &ParseNestedMeta<'_>) -> Result<()> {
        let content;
        parenthesized!(content in meta.input);
        let by: LitStr = content.parse()?;
        let mut majors = Majors { by, parts: Vec::new(), only_with: None };
        while content.parse::<Option<Token![,]>>()?.is_some() && !content.is_empty() {
            if content.peek(Ident) {
                let word: Ident = content.parse()?;
                if word != "only_with" {
                    return Err(syn::Error::new_spanned(word, "versions are majors `only_with` a property"));
                }
                content.parse::<Token![=]>()?;
                majors.only_with = Some(content.parse()?);
                continue;
            }
            let start: LitStr = content.parse()?;
            content.parse::<Token![=]>()?;
            majors.parts.push((start, content.parse()?));
        }
        self.majors = Some(majors);
        Ok(())
    }

    /// What sets them on a variable `property`.
    pub(crate) fn sets(&self) -> Vec<TokenStream> {
        let schema = quote!(::ironward_core::schema);
        let mut sets = Vec::new();
        if !self.members.is_empty() {
            let rows =
                self.members.iter().map(|(path, meaning)| quote!(#schema::Member::new(#path, #meaning)));
            sets.push(quote!(property.members = &[#(#rows),*];));
        }
        if let Some(Majors { by, parts, only_with }) = &self.majors {
            let parts = parts.iter().map(|(start, count)| quote!((#start, #count)));
            let only_with = only_with.iter();
            sets.push(quote! {
                property.majors = ::core::option::Option::Some(
                    #schema::Majors::by(#by, &[#(#parts),*])#(.only_with(#only_with))*
                );
            });
        }
        sets
    }
}
