/** The notification service: notifies the user of each reserved order, by log, mail or webhook. */
@NullMarked
package orderflow.notification;

import org.jspecify.annotations.NullMarked;
