/** What every service is made of: its settings, and the parts it starts and stops in order. */
@NullMarked
package orderflow.service;

import org.jspecify.annotations.NullMarked;
