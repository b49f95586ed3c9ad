/** Terminal output: formats of results, progress, text. */
@NullMarked
package orderflow.cli.view;

import org.jspecify.annotations.NullMarked;
