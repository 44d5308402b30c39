//! `#[derive(Properties)]`.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{DeriveInput, Result};

use crate::fields::{self, Property};

pub(crate) fn expand(input: &DeriveInput) -> Result<TokenStream> {
    let properties = fields::read(input)?;
    let name = &input.ident;
    let (implemented, arguments, bounds) = input.generics.split_for_impl();
    let constructor = fields::constructor(&properties, &quote!(pub), "it");
    let lowered = properties.iter().map(Property::lowered);
    Ok(quote! {
        impl #implemented #name #arguments #bounds {
            #constructor
        }
        impl #implemented ::ironward_core::output::ToValue for #name #arguments #bounds {
            fn to_value(&self) -> ::ironward_core::value::Value {
                let mut members = ::std::collections::BTreeMap::new();
                #(#lowered)*
                ::ironward_core::value::Value::Map(members)
            }
        }
    })
}
