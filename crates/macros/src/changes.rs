//! What a change of a property does, or that there is none: `interrupts = "…"` and `once(…)`.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Error, LitStr, Result, Token, meta::ParseNestedMeta, parenthesized};

/// The rows of a property.
#[derive(Default)]
pub(crate) struct Changes {
    interrupts: Option<LitStr>,
    once: Option<Once>,
}

struct Once {
    because: LitStr,
    instead: LitStr,
    only_while: Option<LitStr>,
}

impl Changes {
    /// Reads `interrupts = "restarts the database"`.
    pub(crate) fn read_interrupts(&mut self, meta: &ParseNestedMeta<'_>) -> Result<()> {
        self.interrupts = Some(meta.value()?.parse()?);
        Ok(())
    }

    /// Reads `once("why", "what to do instead")`, and `, only_while = "Property"` at its end.
    pub(crate) fn read_once(&mut self, meta: &ParseNestedMeta<'_>) -> Result<()> {
        let content;
        parenthesized!(content in meta.input);
        let because: LitStr = content.parse()?;
        content.parse::<Token![,]>()?;
        let instead: LitStr = content.parse()?;
        let mut only_while = None;
        if content.parse::<Option<Token![,]>>()?.is_some() && !content.is_empty() {
            let word: syn::Ident = content.parse()?;
            if word != "only_while" {
                return Err(Error::new_spanned(word, "`only_while = \"Property\"` is expected"));
            }
            content.parse::<Token![=]>()?;
            only_while = Some(content.parse()?);
            content.parse::<Option<Token![,]>>()?;
        }
        self.once = Some(Once { because, instead, only_while });
        Ok(())
    }

    /// What sets them on a variable `property`.
    pub(crate) fn sets(&self) -> Vec<TokenStream> {
        let schema = quote!(::ironward_core::schema);
        let mut sets = Vec::new();
        if let Some(what) = &self.interrupts {
            sets.push(quote!(property.interrupts = ::core::option::Option::Some(#what);));
        }
        if let Some(Once { because, instead, only_while }) = &self.once {
            let only_while = match only_while {
                Some(name) => quote!(.only_while(#name)),
                None => quote!(),
            };
            let once = quote!(#schema::Once::new(#because, #instead)#only_while);
            sets.push(quote!(property.once = ::core::option::Option::Some(#once);));
        }
        sets
    }
}
