/** The notification service: tells each user of a reservation once, over one of several ways. */
@NullMarked
package orderflow.notification;

import org.jspecify.annotations.NullMarked;
