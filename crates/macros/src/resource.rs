//! `#[derive(Resource)]`.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::parse::{Parse, ParseStream};
use syn::{DeriveInput, Error, ExprPath, Ident, LitInt, LitStr, Result, Token, Type, Visibility};

use crate::fields::{self, Facts, Property, Written, documented, marker};
use crate::identity::{self, Identity};

#[derive(Default)]
struct Settings {
    type_name: Option<String>,
    id: Option<String>,
    tags: bool,
    stateful: bool,
    delete_first: bool,
    opens: bool,
    leads: bool,
    restores: bool,
    shareable: bool,
    part_of: Option<LitStr>,
    protection: Option<LitStr>,
    registry: bool,
    limits: Option<ExprPath>,
    relations: Option<ExprPath>,
    seconds: Option<u32>,
    version: Option<u32>,
    upgrade: Option<ExprPath>,
    constructor: Option<Visibility>,
}

struct Attribute {
    method: Ident,
    kind: Type,
    name: String,
    predict: Option<LitStr>,
    volatile: bool,
    docs: Vec<String>,
}

impl Parse for Attribute {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        let method = input.parse()?;
        input.parse::<Token![:]>()?;
        let kind = input.parse()?;
        input.parse::<Token![=]>()?;
        let name = input.parse::<LitStr>()?.value();
        let mut attribute = Self { method, kind, name, predict: None, volatile: false, docs: Vec::new() };
        while input.parse::<Option<Token![,]>>()?.is_some() && !input.is_empty() {
            let key: Ident = input.parse()?;
            if key == "volatile" {
                attribute.volatile = true;
            } else if key == "predict" {
                input.parse::<Token![=]>()?;
                attribute.predict = Some(input.parse()?);
            } else if key == "doc" {
                input.parse::<Token![=]>()?;
                attribute.docs.push(input.parse::<LitStr>()?.value());
            } else {
                return Err(Error::new_spanned(key, "unknown part of an attribute"));
            }
        }
        Ok(attribute)
    }
}

/// A property that every declaration has with the same value.
struct Fixed {
    name: String,
    json: String,
    facts: Facts,
    written: Written,
}

fn settings(input: &DeriveInput) -> Result<Settings> {
    let mut settings = Settings::default();
    for attribute in input.attrs.iter().filter(|attribute| attribute.path().is_ident("resource")) {
        attribute.parse_nested_meta(|meta| {
            let text = || -> Result<String> { Ok(meta.value()?.parse::<LitStr>()?.value()) };
            let number = || -> Result<u32> { meta.value()?.parse::<LitInt>()?.base10_parse() };
            match meta.path.get_ident().map(ToString::to_string).as_deref() {
                Some("type") => settings.type_name = Some(text()?),
                Some("id") => settings.id = Some(text()?),
                Some("tags") => settings.tags = true,
                Some("stateful") => settings.stateful = true,
                Some("delete_first") => settings.delete_first = true,
                Some("opens") => settings.opens = true,
                Some("leads") => settings.leads = true,
                Some("restores") => settings.restores = true,
                Some("shareable") => settings.shareable = true,
                Some("part_of") => settings.part_of = Some(meta.value()?.parse()?),
                Some("protection") => settings.protection = Some(meta.value()?.parse()?),
                Some("registry") => settings.registry = true,
                Some("limits") => settings.limits = Some(meta.value()?.parse()?),
                Some("relations") => settings.relations = Some(meta.value()?.parse()?),
                Some("seconds") => settings.seconds = Some(number()?),
                Some("version") => settings.version = Some(number()?),
                Some("upgrade") => settings.upgrade = Some(meta.value()?.parse()?),
                Some("constructor") => settings.constructor = Some(meta.value()?.parse::<LitStr>()?.parse()?),
                _ => return Err(meta.error("unknown setting")),
            }
            Ok(())
        })?;
    }
    Ok(settings)
}

fn fixed(input: &DeriveInput) -> Result<Vec<Fixed>> {
    let mut found = Vec::new();
    for attribute in input.attrs.iter().filter(|attribute| attribute.path().is_ident("fixed")) {
        let one = attribute.parse_args_with(|input: ParseStream<'_>| {
            let name = input.parse::<LitStr>()?;
            let written = Written::new(name.span(), &[]);
            let name = name.value();
            input.parse::<Token![=]>()?;
            let json = fields::json(&input.parse()?)?;
            let mut facts = Facts::default();
            if input.parse::<Option<Token![,]>>()?.is_some() {
                syn::meta::parser(|meta| facts.read(&meta)).parse_from(input)?;
            }
            Ok(Fixed { name, json, facts, written })
        })?;
        found.push(one);
    }
    Ok(found)
}

/// Runs a `syn::meta` parser on the rest of a stream.
trait ParseFrom {
    fn parse_from(self, input: ParseStream<'_>) -> Result<()>;
}

impl<P: syn::parse::Parser<Output = ()>> ParseFrom for P {
    fn parse_from(self, input: ParseStream<'_>) -> Result<()> {
        self.parse2(input.parse::<TokenStream>()?)
    }
}

pub(crate) fn expand(input: &DeriveInput) -> Result<TokenStream> {
    let settings = settings(input)?;
    let fixed = fixed(input)?;
    let properties = fields::read(input)?;
    let mut attributes = Vec::new();
    for attribute in input.attrs.iter().filter(|attribute| attribute.path().is_ident("attribute")) {
        attributes.push(attribute.parse_args::<Attribute>()?);
    }
    let names: Vec<String> = fixed
        .iter()
        .map(|fixed| fixed.name.clone())
        .chain(properties.iter().filter(|property| !property.facts.skip).map(Property::name))
        .collect();
    let identity = Identity::read(input, &names)?;
    if let Some(parent) = &settings.part_of {
        identity::known(&parent.value(), parent, &names)?;
    }
    if let Some(protection) = &settings.protection {
        let text = protection.value();
        identity::known(text.split(':').next().unwrap_or_default(), protection, &names)?;
    }
    for predict in attributes.iter().filter_map(|attribute| attribute.predict.as_ref()) {
        templated(predict, &names)?;
    }
    let missing =
        |what: &str| Error::new_spanned(&input.ident, format!("`#[resource({what} = …)]` is missing"));
    let type_name = settings.type_name.clone().ok_or_else(|| missing("type"))?;
    let id = settings.id.clone().ok_or_else(|| missing("id"))?;
    if !attributes.iter().any(|attribute| attribute.name == id) {
        return Err(Error::new_spanned(&input.ident, format!("there is no `#[attribute(… = \"{id}\")]`")));
    }
    let name = &input.ident;
    let (implemented, arguments, bounds) = input.generics.split_for_impl();
    let visibility =
        settings.constructor.as_ref().map_or_else(|| quote!(pub), |visibility| quote!(#visibility));
    let constructor = fields::constructor(&properties, &visibility, &format!("an `{type_name}`"));
    let lowered = properties.iter().map(Property::lowered);
    let constants = fixed.iter().map(|Fixed { name, json, .. }| {
        quote! {
            if let ::core::result::Result::Ok(json) = ::ironward_core::json(#json) {
                members.insert(#name.to_owned(), ::ironward_core::value::Value::Literal(json));
            }
        }
    });
    let schema = schema(&settings, &identity, (&type_name, &id), &fixed, &properties, &attributes);
    let docs = documented(&input.attrs);
    let schema = quote!({
        let mut schema = #schema;
        schema.docs = #docs;
        schema.declared_by = ::core::concat!(::core::module_path!(), "::", ::core::stringify!(#name));
        schema
    });
    let markers = markers(input, &fixed, &properties);
    let handle = handle(input, &type_name, &attributes);
    let handle_name = format_ident!("Declared{}", name);
    let shareable = settings.shareable.then(
        || quote!(impl #implemented ::ironward_core::declare::Shareable for #name #arguments #bounds {}),
    );
    Ok(quote! {
        impl #implemented #name #arguments #bounds {
            #constructor
        }
        impl #implemented ::ironward_core::declare::Declaration for #name #arguments #bounds {
            const SCHEMA: &'static ::ironward_core::schema::Schema = &#schema;
            type Handle = #handle_name #arguments;
            fn properties(
                &self,
            ) -> ::std::collections::BTreeMap<::std::string::String, ::ironward_core::value::Value> {
                let mut members = ::std::collections::BTreeMap::new();
                #(#constants)*
                #(#lowered)*
                members
            }
            fn handle(self, path: ::ironward_core::path::Path) -> Self::Handle {
                <#handle_name #arguments>::at(path)
            }
        }
        #shareable
        #handle
        #markers
    })
}

/// What a prediction's template stands for is a part of the place, or a property.
fn templated(template: &LitStr, properties: &[String]) -> Result<()> {
    let text = template.value();
    for hole in text.split('{').skip(1) {
        let Some((name, _)) = hole.split_once('}') else {
            return Err(Error::new_spanned(template, "a `{` isn't closed"));
        };
        if !matches!(name, "partition" | "region" | "account") {
            identity::known(name, template, properties)?;
        }
    }
    Ok(())
}

fn schema(
    settings: &Settings,
    identity: &Identity,
    (type_name, id): (&str, &str),
    fixed: &[Fixed],
    properties: &[Property<'_>],
    attributes: &[Attribute],
) -> TokenStream {
    let path = quote!(::ironward_core::schema);
    let mut facts: Vec<TokenStream> = fixed
        .iter()
        .map(|Fixed { name, json, facts, written }| {
            facts.property(name, &name.to_lowercase(), Some(json), written)
        })
        .collect();
    for property in properties.iter().filter(|property| !property.facts.skip) {
        let written = Written::new(property.ident.span(), &property.field.attrs);
        let fact = property.facts.property(&property.name(), &property.ident.to_string(), None, &written);
        facts.push(if property.is_required() { quote!(#fact.required()) } else { fact });
    }
    let listed = attributes.iter().map(|Attribute { name, predict, volatile, docs, .. }| {
        let docs = (!docs.is_empty()).then(|| {
            let docs = docs.join("\n");
            quote!(attribute.docs = #docs;)
        });
        let predict = predict
            .as_ref()
            .map(|predict| quote!(attribute.predict = ::core::option::Option::Some(#predict);));
        let volatile = volatile.then(|| quote!(attribute.volatile = true;));
        quote!({
            #[allow(unused_mut)]
            let mut attribute = #path::Attribute::new(#name);
            #predict
            #volatile
            #docs
            attribute
        })
    });
    let claims = identity.claims();
    let mut sets = vec![quote!(schema.claims = CLAIMS;)];
    if settings.tags {
        sets.push(quote!(schema.ownership = #path::Ownership::Tags;));
    }
    if settings.stateful {
        sets.push(quote!(schema.stateful = true;));
    }
    if settings.delete_first {
        sets.push(quote!(schema.replace = #path::ReplaceOrder::DeleteFirst;));
    }
    if settings.restores {
        sets.push(quote!(schema.restores = true;));
    }
    if settings.shareable {
        sets.push(quote!(schema.shareable = true;));
    }
    if settings.leads {
        sets.push(quote!(schema.leads = true;));
    }
    if settings.opens {
        sets.push(quote!(schema.opens = true;));
    }
    if let Some(parent) = &settings.part_of {
        sets.push(quote!(schema.part_of = ::core::option::Option::Some(#parent);));
    }
    if let Some(protection) = &settings.protection {
        sets.push(quote!(schema.protection = ::core::option::Option::Some(#protection);));
    }
    if settings.registry {
        sets.push(quote!(schema.shapes = ::core::option::Option::Some(crate::shapes::of(#type_name));));
    }
    if let Some(limits) = &settings.limits {
        sets.push(quote!(schema.limits = #limits;));
    }
    if let Some(relations) = &settings.relations {
        sets.push(quote!(schema.relations = #relations;));
    }
    if let Some(seconds) = settings.seconds {
        sets.push(quote!(schema.typical_seconds = #seconds;));
    }
    if let Some(version) = settings.version {
        sets.push(quote!(schema.version = #version;));
    }
    if let Some(upgrade) = &settings.upgrade {
        sets.push(quote!(schema.upgrade = #upgrade;));
    }
    quote!({
        const PROPERTIES: &[#path::Property] = &[#(#facts),*];
        const ATTRIBUTES: &[#path::Attribute] = &[#(#listed),*];
        const CLAIMS: &[#path::Claim] = #claims;
        let mut schema = #path::Schema::new(#type_name, #id, PROPERTIES, ATTRIBUTES);
        #(#sets)*
        schema
    })
}

/// The handle: a path, and the attributes as typed outputs.
fn handle(input: &DeriveInput, type_name: &str, attributes: &[Attribute]) -> TokenStream {
    let name = format_ident!("Declared{}", input.ident);
    let visibility = &input.vis;
    let (implemented, arguments, bounds) = input.generics.split_for_impl();
    let generics = &input.generics;
    let phantom = input.generics.type_params().map(|parameter| &parameter.ident);
    let methods = attributes.iter().map(|Attribute { method, kind, name, docs, .. }| {
        let doc = format!("The attribute `{name}`.");
        quote! {
            #[doc = #doc]
            #(#[doc = #docs])*
            #[must_use]
            pub fn #method(&self) -> ::ironward_core::output::Output<#kind> {
                ::ironward_core::output::Output::attribute(&self.path, #name)
            }
        }
    });
    let doc = format!("A declared `{type_name}`: its attributes, typed.");
    quote! {
        #[doc = #doc]
        #visibility struct #name #generics #bounds {
            path: ::ironward_core::path::Path,
            marker: ::core::marker::PhantomData<fn() -> (#(#phantom,)*)>,
        }
        impl #implemented #name #arguments #bounds {
            #(#methods)*

            fn at(path: ::ironward_core::path::Path) -> Self {
                Self { path, marker: ::core::marker::PhantomData }
            }
        }
        impl #implemented ::core::clone::Clone for #name #arguments #bounds {
            fn clone(&self) -> Self {
                Self::at(self.path.clone())
            }
        }
        impl #implemented ::core::fmt::Debug for #name #arguments #bounds {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                f.debug_tuple(::core::stringify!(#name)).field(&self.path).finish()
            }
        }
        impl #implemented ::ironward_core::declare::Located for #name #arguments #bounds {
            fn path(&self) -> &::ironward_core::path::Path {
                &self.path
            }
        }
    }
}

/// A marker type for every property, for the options that name one.
fn markers(input: &DeriveInput, fixed: &[Fixed], properties: &[Property<'_>]) -> TokenStream {
    let name = &input.ident;
    let (implemented, arguments, bounds) = input.generics.split_for_impl();
    let named = fixed.iter().map(|fixed| (fixed.name.clone(), true)).chain(
        properties
            .iter()
            .filter(|property| !property.facts.skip)
            .map(|property| (property.name(), property.facts.safeguard)),
    );
    let (mut types, mut impls) = (Vec::new(), Vec::new());
    for (canonical, safeguard) in named {
        let ident = marker(&canonical);
        let doc = format!("The property `{canonical}`.");
        types.push(quote! {
            #[doc = #doc]
            #[derive(Debug, Clone, Copy)]
            pub struct #ident;
        });
        impls.push(quote! {
            impl #implemented ::ironward_core::declare::Property<#name #arguments> for property::#ident #bounds {
                const NAME: &'static str = #canonical;
            }
        });
        if !safeguard {
            impls.push(quote! {
                impl #implemented ::ironward_core::declare::Ignorable<#name #arguments> for property::#ident #bounds {}
            });
        }
    }
    quote! {
        /// The properties, as types that options name.
        pub mod property {
            #(#types)*
        }
        #(#impls)*
    }
}
