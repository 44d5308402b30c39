//! Splices into the XML that the emulators write.
