//! What values mean beyond how they compare: `member(…)` and `majors(…)` of a property.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Ident, LitInt, LitStr, Result, Token, meta::ParseNestedMeta, parenthesized};

/// The rows of a property.
#[derive(Default)]
pub(crate) struct Meanings {
    members: Vec<(LitStr, TokenStream)>,
    majors: Option<(LitStr, Vec<(LitStr, LitInt)>)>,
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

    /// Reads `majors("Engine", "mysql" = 2, "mariadb" = 2)`.
    pub(crate) fn read_majors(&mut self, meta: &ParseNestedMeta<'_>) -> Result<()> {
        let content;
        parenthesized!(content in meta.input);
        let by: LitStr = content.parse()?;
        let mut parts = Vec::new();
        while content.parse::<Option<Token![,]>>()?.is_some() && !content.is_empty() {
            let start: LitStr = content.parse()?;
            content.parse::<Token![=]>()?;
            parts.push((start, content.parse()?));
        }
        self.majors = Some((by, parts));
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
        if let Some((by, parts)) = &self.majors {
            let parts = parts.iter().map(|(start, count)| quote!((#start, #count)));
            sets.push(quote! {
                property.majors = ::core::option::Option::Some(#schema::Majors::by(#by, &[#(#parts),*]));
            });
        }
        sets
    }
}
