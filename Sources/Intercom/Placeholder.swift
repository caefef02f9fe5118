// Intercom
