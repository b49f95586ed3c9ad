/** What a person or a program sees: result formats, progress, colours. */
@NullMarked
package orderflow.cli.view;

import org.jspecify.annotations.NullMarked;
