/** The parts and settings that all services share. */
@NullMarked
package orderflow.service;

import org.jspecify.annotations.NullMarked;
