//! How a name is made and which are legal: `generated_name(…)` of a property.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{LitChar, LitInt, LitStr, Result, meta::ParseNestedMeta};

/// What the attribute says.
pub(crate) struct GeneratedName {
    max: usize,
    min: usize,
    prefix: String,
    separator: char,
    legal: Option<String>,
    lower: bool,
    letter_first: bool,
    reserved: Vec<String>,
    single: String,
    inner: String,
}

impl GeneratedName {
    pub(crate) fn read(meta: &ParseNestedMeta<'_>) -> Result<Self> {
        let mut rule = Self {
            max: 0,
            min: 1,
            prefix: String::new(),
            separator: '-',
            legal: None,
            lower: false,
            letter_first: false,
            reserved: Vec::new(),
            single: String::new(),
            inner: String::new(),
        };
        meta.parse_nested_meta(|inner| {
            let text = || -> Result<String> { Ok(inner.value()?.parse::<LitStr>()?.value()) };
            let number = || -> Result<usize> { inner.value()?.parse::<LitInt>()?.base10_parse() };
            match inner.path.get_ident().map(ToString::to_string).as_deref() {
                Some("max") => rule.max = number()?,
                Some("min") => rule.min = number()?,
                Some("prefix") => rule.prefix = text()?,
                Some("separator") => rule.separator = inner.value()?.parse::<LitChar>()?.value(),
                Some("legal") => rule.legal = Some(text()?),
                Some("lower") => rule.lower = true,
                Some("letter_first") => rule.letter_first = true,
                Some("reserved") => {
                    rule.reserved = text()?.split(',').map(|start| start.trim().to_owned()).collect();
                }
                Some("single") => rule.single = text()?,
                Some("inner") => rule.inner = text()?,
                _ => return Err(inner.error("unknown part of a generated name")),
            }
            Ok(())
        })?;
        if rule.max == 0 { Err(meta.error("`max` is missing")) } else { Ok(rule) }
    }

    /// What sets it on a variable `property`.
    pub(crate) fn set(&self) -> TokenStream {
        let Self { max, min, prefix, separator, lower, letter_first, reserved, single, inner, .. } = self;
        let legal = match &self.legal {
            Some(legal) => quote!(::core::option::Option::Some(#legal)),
            None => quote!(::core::option::Option::None),
        };
        quote! {
            let mut rule = ::ironward_core::schema::NameRule::new(#max);
            rule.min = #min;
            rule.prefix = #prefix;
            rule.separator = #separator;
            rule.legal = #legal;
            rule.lower = #lower;
            rule.letter_first = #letter_first;
            rule.reserved = &[#(#reserved),*];
            rule.single = #single;
            rule.inner = #inner;
            property.name_rule = ::core::option::Option::Some(rule);
        }
    }
}
