//! The fields of a declaration: their facts, constructor arguments, setters and lowering.

use proc_macro2::{Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::{
    Attribute, Data, DeriveInput, Error, Expr, Field, Fields, GenericArgument, Ident, Lit, LitStr, Meta,
    PathArguments, Result, Type, meta::ParseNestedMeta,
};

use crate::changes::Changes;
use crate::generated_name::GeneratedName;
use crate::meanings::Meanings;

/// What a property's attribute says.
#[derive(Default)]
pub(crate) struct Facts {
    pub(crate) name: Option<String>,
    pub(crate) create_only: bool,
    pub(crate) local: bool,
    pub(crate) aspect: Option<String>,
    pub(crate) compare: Option<Ident>,
    pub(crate) write_only: bool,
    pub(crate) after_create: bool,
    pub(crate) default: Option<String>,
    pub(crate) kept: bool,
    pub(crate) safeguard: bool,
    pub(crate) section: Option<String>,
    pub(crate) holds: bool,
    pub(crate) network: bool,
    pub(crate) required: bool,
    pub(crate) no_setter: bool,
    pub(crate) skip: bool,
    pub(crate) generated_name: Option<GeneratedName>,
    pub(crate) meanings: Meanings,
    pub(crate) changes: Changes,
}

impl Facts {
    pub(crate) fn read(&mut self, meta: &ParseNestedMeta<'_>) -> Result<()> {
        let text = || -> Result<String> { Ok(meta.value()?.parse::<LitStr>()?.value()) };
        let Some(key) = meta.path.get_ident().map(ToString::to_string) else {
            return Err(meta.error("unknown fact"));
        };
        match key.as_str() {
            "name" => self.name = Some(text()?),
            "create_only" => self.create_only = true,
            "local" => self.local = true,
            "aspect" => self.aspect = Some(text()?),
            "compare" => self.compare = Some(Ident::new(&text()?, Span::call_site())),
            "write_only" => self.write_only = true,
            "after_create" => self.after_create = true,
            "default" => self.default = Some(json(&meta.value()?.parse()?)?),
            "section" => self.section = Some(text()?),
            "kept" => self.kept = true,
            "safeguard" => self.safeguard = true,
            "holds" => self.holds = true,
            "network" => self.network = true,
            "required" => self.required = true,
            "no_setter" => self.no_setter = true,
            "skip" => self.skip = true,
            "member" => self.meanings.read_member(meta)?,
            "majors" => self.meanings.read_majors(meta)?,
            "interrupts" => self.changes.read_interrupts(meta)?,
            "once" => self.changes.read_once(meta)?,
            "generated_name" => self.generated_name = Some(GeneratedName::read(meta)?),
            other => return Err(meta.error(format!("unknown fact `{other}`"))),
        }
        Ok(())
    }

    /// The `Property` of the schema.
    pub(crate) fn property(
        &self,
        name: &str,
        default_aspect: &str,
        fixed: Option<&str>,
        written: &Written,
    ) -> TokenStream {
        let schema = quote!(::ironward_core::schema);
        let change = if self.local {
            quote!(#schema::Change::Local)
        } else if self.create_only {
            quote!(#schema::Change::Replace)
        } else {
            let aspect = self.aspect.as_deref().unwrap_or(default_aspect);
            quote!(#schema::Change::Update(#aspect))
        };
        let mut sets = Vec::new();
        if let Some(compare) = &self.compare {
            sets.push(quote!(property.compare = #schema::Compare::#compare;));
        }
        if self.write_only {
            sets.push(quote!(property.write_only = true;));
        }
        if self.after_create {
            sets.push(quote!(property.after_create = true;));
        }
        if self.kept {
            sets.push(quote!(property.kept = true;));
        }
        if self.safeguard {
            sets.push(quote!(property.safeguard = true;));
        }
        if let Some(section) = &self.section {
            sets.push(quote!(property.section = ::core::option::Option::Some(#section);));
        }
        if let Some(fixed) = fixed {
            sets.push(quote!(property.fixed = ::core::option::Option::Some(#fixed);));
        }
        if self.holds {
            sets.push(quote!(property.holds = true;));
        }
        if self.network {
            sets.push(quote!(property.network = true;));
        }
        if let Some(default) = &self.default {
            sets.push(quote!(property.default = ::core::option::Option::Some(#default);));
        }
        sets.extend(self.meanings.sets());
        sets.extend(self.changes.sets());
        sets.extend(self.generated_name.as_ref().map(GeneratedName::set));
        let docs = &written.docs;
        if !docs.is_empty() {
            sets.push(quote!(property.docs = #docs;));
        }
        // So that its origin is the line of the field.
        let new = quote_spanned!(written.span=> ::ironward_core::schema::Property::new(#name, #change));
        if sets.is_empty() {
            return new;
        }
        quote!({
            let mut property = #new;
            #(#sets)*
            property
        })
    }
}

/// Where a fact is written, and what stands beside it.
pub(crate) struct Written {
    pub(crate) span: Span,
    pub(crate) docs: String,
}

impl Written {
    pub(crate) fn new(span: Span, attributes: &[Attribute]) -> Self {
        Self { span, docs: documented(attributes) }
    }
}

/// The documentation among attributes, a line each.
pub(crate) fn documented(attributes: &[Attribute]) -> String {
    let lines = attributes.iter().filter_map(|attribute| match &attribute.meta {
        Meta::NameValue(pair) if pair.path.is_ident("doc") => match &pair.value {
            Expr::Lit(literal) => match &literal.lit {
                Lit::Str(text) => Some(text.value()),
                _ => None,
            },
            _ => None,
        },
        _ => None,
    });
    lines.map(|line| line.strip_prefix(' ').unwrap_or(&line).to_owned()).collect::<Vec<_>>().join("\n")
}

/// One field.
pub(crate) struct Property<'a> {
    pub(crate) field: &'a Field,
    pub(crate) ident: &'a Ident,
    pub(crate) facts: Facts,
    shape: Shape<'a>,
    optional: bool,
}

/// What a field holds.
enum Shape<'a> {
    /// `Output<T>`.
    Output(&'a Type),
    /// `Vec<T>` and whether its items are outputs, with the item's type.
    List { item: &'a Type, outputs: bool },
    /// `BTreeMap<String, Output<T>>`.
    Map(&'a Type),
    /// `Tags`.
    Tags,
    /// Anything else.
    Plain(&'a Type),
}

pub(crate) fn read(input: &DeriveInput) -> Result<Vec<Property<'_>>> {
    let Data::Struct(data) = &input.data else {
        return Err(Error::new_spanned(input, "a declaration is a struct"));
    };
    let Fields::Named(fields) = &data.fields else {
        return Err(Error::new_spanned(input, "a declaration's fields have names"));
    };
    fields.named.iter().map(Property::read).collect()
}

impl<'a> Property<'a> {
    fn read(field: &'a Field) -> Result<Self> {
        let mut facts = Facts::default();
        for attribute in field.attrs.iter().filter(|attribute| attribute.path().is_ident("property")) {
            attribute.parse_nested_meta(|meta| facts.read(&meta))?;
        }
        if facts.kept && facts.default.is_none() {
            return Err(Error::new_spanned(field, "what is `kept` at its default has a `default`"));
        }
        let Some(ident) = &field.ident else {
            return Err(Error::new_spanned(field, "a declaration's fields have names"));
        };
        let (inner, optional) = match argument(&field.ty, "Option") {
            Some(inner) => (inner, true),
            None => (&field.ty, false),
        };
        let shape = if let Some(inner) = argument(inner, "Output") {
            Shape::Output(inner)
        } else if let Some(item) = argument(inner, "Vec") {
            match argument(item, "Output") {
                Some(inner) => Shape::List { item: inner, outputs: true },
                None => Shape::List { item, outputs: false },
            }
        } else if let Some(value) = map_value(inner) {
            Shape::Map(value)
        } else if last_segment(inner).is_some_and(|ident| ident == "Tags") {
            Shape::Tags
        } else {
            Shape::Plain(inner)
        };
        Ok(Self { field, ident, facts, shape, optional })
    }

    /// The canonical name.
    pub(crate) fn name(&self) -> String {
        self.facts.name.clone().unwrap_or_else(|| pascal(&self.ident.to_string()))
    }

    pub(crate) fn is_required(&self) -> bool {
        let collection = matches!(self.shape, Shape::List { .. } | Shape::Map(_) | Shape::Tags);
        !self.facts.skip && (self.facts.required || (!self.optional && !collection))
    }

    pub(crate) fn docs(&self) -> Vec<&Attribute> {
        self.field.attrs.iter().filter(|attribute| attribute.path().is_ident("doc")).collect()
    }

    /// The type that stands in a constructor or setter.
    fn parameter(&self) -> TokenStream {
        let input = quote!(::ironward_core::output::IntoInput);
        match &self.shape {
            Shape::Output(inner) => quote!(impl #input<#inner>),
            Shape::List { item, outputs: true } => {
                quote!(impl ::core::iter::IntoIterator<Item = impl #input<#item>>)
            }
            Shape::List { item, outputs: false } => quote!(impl ::core::iter::IntoIterator<Item = #item>),
            Shape::Map(value) => quote! {
                impl ::core::iter::IntoIterator<Item = (
                    impl ::core::convert::Into<::std::string::String>,
                    impl #input<#value>,
                )>
            },
            Shape::Tags => quote!(Tags),
            Shape::Plain(inner) => quote!(#inner),
        }
    }

    /// Turns the parameter into the field's value, without `Some`.
    fn converted(&self) -> TokenStream {
        let ident = self.ident;
        let input = quote!(::ironward_core::output::IntoInput::into_input);
        match &self.shape {
            Shape::Output(_) => quote!(#input(#ident)),
            Shape::List { outputs: true, .. } => {
                quote!(#ident.into_iter().map(|item| #input(item)).collect())
            }
            Shape::List { outputs: false, .. } => quote!(#ident.into_iter().collect()),
            Shape::Map(_) => {
                quote!(#ident.into_iter().map(|(key, value)| (key.into(), #input(value))).collect())
            }
            Shape::Tags | Shape::Plain(_) => quote!(#ident),
        }
    }

    pub(crate) fn argument(&self) -> TokenStream {
        let ident = self.ident;
        let parameter = self.parameter();
        quote!(#ident: #parameter)
    }

    /// The field in the constructor.
    pub(crate) fn initial(&self) -> TokenStream {
        let ident = self.ident;
        if self.is_required() {
            let value = self.converted();
            if self.optional {
                return quote!(#ident: ::core::option::Option::Some(#value));
            }
            return quote!(#ident: #value);
        }
        quote!(#ident: ::core::default::Default::default())
    }

    pub(crate) fn setter(&self) -> TokenStream {
        if self.is_required() || self.facts.skip || self.facts.no_setter {
            return TokenStream::new();
        }
        let (ident, docs) = (self.ident, self.docs());
        if matches!(self.shape, Shape::Tags) {
            return quote! {
                /// Adds a tag.
                #[must_use]
                pub fn tag(
                    mut self,
                    key: impl ::core::convert::Into<::std::string::String>,
                    value: impl ::ironward_core::output::IntoInput<::std::string::String>,
                ) -> Self {
                    self.#ident.insert(key, value);
                    self
                }
            };
        }
        let (parameter, mut value) = (self.parameter(), self.converted());
        if self.optional {
            value = quote!(::core::option::Option::Some(#value));
        }
        quote! {
            #(#docs)*
            #[must_use]
            pub fn #ident(mut self, #ident: #parameter) -> Self {
                self.#ident = #value;
                self
            }
        }
    }

    /// Puts the field into a map of values called `members`.
    pub(crate) fn lowered(&self) -> TokenStream {
        if self.facts.skip {
            return TokenStream::new();
        }
        let (ident, name) = (self.ident, self.name());
        let lower = quote!(::ironward_core::output::ToValue::to_value(&self.#ident));
        let insert = quote!(members.insert(#name.to_owned(), #lower););
        match self.shape {
            Shape::List { .. } | Shape::Map(_) | Shape::Tags if !self.optional && !self.facts.required => {
                quote!(if !self.#ident.is_empty() { #insert })
            }
            _ if self.optional => quote!(if self.#ident.is_some() { #insert }),
            _ => insert,
        }
    }
}

/// The constructor and the setters.
pub(crate) fn constructor(properties: &[Property<'_>], visibility: &TokenStream, what: &str) -> TokenStream {
    let arguments = properties.iter().filter(|property| property.is_required()).map(Property::argument);
    let initial = properties.iter().map(Property::initial);
    let setters = properties.iter().map(Property::setter);
    let names: Vec<String> = properties
        .iter()
        .filter(|property| property.is_required())
        .map(|property| format!("`{}`", property.name()))
        .collect();
    let mut doc = format!("Declares {what}");
    if names.is_empty() {
        doc.push('.');
    } else {
        doc.push_str(&format!(" with what it can't be without: {}.", names.join(", ")));
    }
    quote! {
        #[doc = #doc]
        #[must_use]
        #[allow(clippy::too_many_arguments)]
        #visibility fn new(#(#arguments),*) -> Self {
            Self { #(#initial),* }
        }
        #(#setters)*
    }
}

fn last_segment(ty: &Type) -> Option<&Ident> {
    let Type::Path(path) = ty else { return None };
    path.path.segments.last().map(|segment| &segment.ident)
}

fn argument<'a>(ty: &'a Type, wrapper: &str) -> Option<&'a Type> {
    let Type::Path(path) = ty else { return None };
    let segment = path.path.segments.last().filter(|segment| segment.ident == wrapper)?;
    let PathArguments::AngleBracketed(arguments) = &segment.arguments else { return None };
    match arguments.args.first()? {
        GenericArgument::Type(inner) => Some(inner),
        _ => None,
    }
}

fn map_value(ty: &Type) -> Option<&Type> {
    let Type::Path(path) = ty else { return None };
    let segment = path.path.segments.last().filter(|segment| segment.ident == "BTreeMap")?;
    let PathArguments::AngleBracketed(arguments) = &segment.arguments else { return None };
    match arguments.args.iter().nth(1)? {
        GenericArgument::Type(inner) => argument(inner, "Output"),
        _ => None,
    }
}

pub(crate) fn pascal(snake: &str) -> String {
    snake
        .trim_start_matches("r#")
        .split('_')
        .map(|part| {
            let mut letters = part.chars();
            letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
        })
        .collect()
}

pub(crate) fn marker(name: &str) -> Ident {
    format_ident!("{}", name)
}

/// A text that is JSON.
pub(crate) fn json(text: &LitStr) -> Result<String> {
    match serde_json::from_str::<serde_json::Value>(&text.value()) {
        Ok(_) => Ok(text.value()),
        Err(error) => Err(Error::new_spanned(text, format!("this isn't JSON: {error}"))),
    }
}
