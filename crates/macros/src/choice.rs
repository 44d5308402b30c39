//! `#[derive(Choice)]`.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Data, DeriveInput, Error, Fields, LitStr, Result};

pub(crate) fn expand(input: &DeriveInput) -> Result<TokenStream> {
    let Data::Enum(data) = &input.data else {
        return Err(Error::new_spanned(input, "a choice is an enum"));
    };
    let name = &input.ident;
    let mut arms = Vec::new();
    for variant in &data.variants {
        if !matches!(variant.fields, Fields::Unit) {
            return Err(Error::new_spanned(variant, "a choice's variants have no fields"));
        }
        let ident = &variant.ident;
        let mut text = ident.to_string();
        for attribute in variant.attrs.iter().filter(|attribute| attribute.path().is_ident("value")) {
            text = attribute.parse_args::<LitStr>()?.value();
        }
        arms.push(quote!(Self::#ident => #text));
    }
    Ok(quote! {
        impl #name {
            /// The text that the API knows.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self { #(#arms),* }
            }
        }
        impl ::ironward_core::output::ToValue for #name {
            fn to_value(&self) -> ::ironward_core::value::Value {
                ::ironward_core::output::ToValue::to_value(&self.as_str())
            }
        }
        impl ::ironward_core::output::IntoInput<#name> for #name {
            fn into_input(self) -> ::ironward_core::output::Output<#name> {
                ::ironward_core::output::Output::known(&self)
            }
        }
    })
}
