/// The version of the program. `.ci/version` reads it from this line for image labels and documentation.
let programVersion = "0.1.0"
