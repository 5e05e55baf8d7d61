/** Where the credentials for registries come from, and the auth files that programs get. */
@NullMarked
package io.imagetools.worker.credentials;

import org.jspecify.annotations.NullMarked;
