# Completion of orderflow for fish, made by 'orderflow completion fish'.

# Whether what was typed so far is one of these commands; '' is none yet.
function __orderflow_at
    set -l commands demo verify up serve-order serve-inventory serve-notify serve-broker place flood replay-duplicate poison dlq-inspect dlq-replay dlq-export dlq-purge trace watch status stock topology context "context add" "context list" "context use" "context show" "context remove" shell completion
    set -l typed
    for word in (commandline -opc)[2..-1]
        set -l longer (string join ' ' -- $typed $word)
        contains -- $longer $commands; and set typed $longer
    end
    contains -- "$typed" $argv
end

function __orderflow_contexts
    set -l typed (commandline -opc)
    $typed[1] context list --output csv 2>/dev/null | string replace -rf '^([A-Za-z0-9_.-]*),.*' '$1' | tail -n +2
end

complete -c orderflow -f

complete -c orderflow -n '__orderflow_at ""' -a demo -d 'See the whole flow and its failure scenarios, with nothing to set up'
complete -c orderflow -n '__orderflow_at ""' -a verify -d 'Play failure scenarios on real processes, and judge every order'
complete -c orderflow -n '__orderflow_at ""' -a up -d 'Run everything: all three services, and a broker if none answers'
complete -c orderflow -n '__orderflow_at ""' -a serve-order -d 'Run the order service: takes orders over HTTP'
complete -c orderflow -n '__orderflow_at ""' -a serve-inventory -d 'Run the inventory service: reserves stock for orders'
complete -c orderflow -n '__orderflow_at ""' -a serve-notify -d 'Run the notification service: tells each user of a reservation once'
complete -c orderflow -n '__orderflow_at ""' -a serve-broker -d 'Run the embedded broker, durable, on this machine only'
complete -c orderflow -n '__orderflow_at ""' -a place -d 'Place one order'
complete -c orderflow -n '__orderflow_at ""' -a flood -d 'Place orders at a steady rate, and watch the backlog'
complete -c orderflow -n '__orderflow_at ""' -a replay-duplicate -d 'Publish the same order twice, and see that it has one effect'
complete -c orderflow -n '__orderflow_at ""' -a poison -d 'Send a message that is no order, and see it end in the dead-letter queue'
complete -c orderflow -n '__orderflow_at ""' -a dlq-inspect -d 'Look at dead letters; nothing in the queue changes'
complete -c orderflow -n '__orderflow_at ""' -a dlq-replay -d 'Send dead letters back where they came from'
complete -c orderflow -n '__orderflow_at ""' -a dlq-export -d 'Copy dead letters to a file, a line each; nothing in the queue changes'
complete -c orderflow -n '__orderflow_at ""' -a dlq-purge -d 'Remove dead letters, and keep a copy of them in a file'
complete -c orderflow -n '__orderflow_at ""' -a trace -d 'Show the way of one order, with times and gaps'
complete -c orderflow -n '__orderflow_at ""' -a watch -d 'See queues, services and dead letters change, on the whole screen'
complete -c orderflow -n '__orderflow_at ""' -a status -d 'Check broker, queues and services once, and say what to do'
complete -c orderflow -n '__orderflow_at ""' -a stock -d 'Show how much of what there is, or set it'
complete -c orderflow -n '__orderflow_at ""' -a topology -d 'Show, declare or export the exchanges, queues and bindings'
complete -c orderflow -n '__orderflow_at ""' -a context -d 'Keep what a broker and its services need under a name'
complete -c orderflow -n '__orderflow_at ""' -a shell -d 'Type one command after the other, with completion'
complete -c orderflow -n '__orderflow_at ""' -a completion -d 'Print what completes commands in bash, zsh and fish'
complete -c orderflow -n '__orderflow_at ""' -s h -l help -d 'Show this help message and exit'
complete -c orderflow -n '__orderflow_at ""' -s V -l version -d 'Print version information and exit'

complete -c orderflow -n '__orderflow_at demo' -l junit -r -F -d 'Write the verdicts as JUnit XML, for CI systems'
complete -c orderflow -n '__orderflow_at demo' -l keep -d 'Keep logs and databases when everything passed, too'
complete -c orderflow -n '__orderflow_at demo' -l keep-on-failure -x -a '(__fish_complete_directories)' -d 'Where logs and databases are kept after a scenario that did not pass'
complete -c orderflow -n '__orderflow_at demo' -l no-tui -d 'Plain lines instead of the live view'
complete -c orderflow -n '__orderflow_at demo' -l report -r -F -d 'Write a page for a browser, with charts; it needs no network'

complete -c orderflow -n '__orderflow_at verify' -a 'happy-path backlog duplicate poison inventory-failure kill-order kill-inventory kill-notification pause-order pause-inventory pause-notification broker-restart broker-kill connections-closed broker-memory-alarm broker-disk-alarm net-reset net-slow net-cut net-black-hole store-full duplicate-storm poison-mix hot-item rolling-restart'
complete -c orderflow -n '__orderflow_at verify' -l all -d 'Play every scenario'
complete -c orderflow -n '__orderflow_at verify' -l broker -x -a 'embedded rabbitmq' -d 'embedded; rabbitmq, a private node of the one that is installed here; or a URI'
complete -c orderflow -n '__orderflow_at verify' -l compose-file -r -F -d 'With --control compose: its file'
complete -c orderflow -n '__orderflow_at verify' -l control -x -a 'process compose manual' -d 'Who starts and stops things: process, compose, manual'
complete -c orderflow -n '__orderflow_at verify' -l full -d 'The backlog takes as long as in the original flow: 90 s'
complete -c orderflow -n '__orderflow_at verify' -l junit -r -F -d 'Write the verdicts as JUnit XML, for CI systems'
complete -c orderflow -n '__orderflow_at verify' -l keep -d 'Keep logs and databases when everything passed, too'
complete -c orderflow -n '__orderflow_at verify' -l keep-on-failure -x -a '(__fish_complete_directories)' -d 'Where logs and databases are kept after a scenario that did not pass'
complete -c orderflow -n '__orderflow_at verify' -l list -d 'Show every scenario, and play none'
complete -c orderflow -n '__orderflow_at verify' -l no-tui -d 'Plain lines instead of the live view'
complete -c orderflow -n '__orderflow_at verify' -l report -r -F -d 'Write a page for a browser, with charts; it needs no network'
complete -c orderflow -n '__orderflow_at verify' -l seed -x -d 'Make the random choices of the run that printed this number'

complete -c orderflow -n '__orderflow_at up' -l accept-delivery-limit -d 'Be ready on quorum queues with a low delivery limit, or with one that a policy sets'
complete -c orderflow -n '__orderflow_at up' -l bind -x -d 'Address to listen on'
complete -c orderflow -n '__orderflow_at up' -l data-dir -x -a '(__fish_complete_directories)' -d 'Where the data is'
complete -c orderflow -n '__orderflow_at up' -l https-cert -r -F -d 'Speak HTTPS, with this certificate in PEM'
complete -c orderflow -n '__orderflow_at up' -l https-key -r -F -d 'The certificate\'s key, in PEM and not encrypted'
complete -c orderflow -n '__orderflow_at up' -l inventory-port -x -d 'Port of the inventory service'
complete -c orderflow -n '__orderflow_at up' -l log-format -x -a 'text json' -d 'Logs on stderr as text, json'
complete -c orderflow -n '__orderflow_at up' -l mail-domain -x -d 'With smtp: mail goes to USER@DOMAIN'
complete -c orderflow -n '__orderflow_at up' -l mail-from -x -d 'With smtp: the sender'
complete -c orderflow -n '__orderflow_at up' -l notifier -x -a 'log smtp webhook' -d 'How users are told: log, smtp, webhook'
complete -c orderflow -n '__orderflow_at up' -l notify-port -x -d 'Port of the notification service'
complete -c orderflow -n '__orderflow_at up' -l order-port -x -d 'Port of the order service, 0 for any free one'
complete -c orderflow -n '__orderflow_at up' -l smtp-url -x -d 'With smtp: smtp[s]://[user:password@]host:port'
complete -c orderflow -n '__orderflow_at up' -l store -x -d 'sqlite: a file in --data-dir, for one instance'
complete -c orderflow -n '__orderflow_at up' -l webhook-url -x -d 'With webhook: where each notification is POSTed'

complete -c orderflow -n '__orderflow_at serve-order' -l accept-delivery-limit -d 'Be ready on quorum queues with a low delivery limit, or with one that a policy sets'
complete -c orderflow -n '__orderflow_at serve-order' -l bind -x -d 'Address to listen on'
complete -c orderflow -n '__orderflow_at serve-order' -l data-dir -x -a '(__fish_complete_directories)' -d 'Where the data is'
complete -c orderflow -n '__orderflow_at serve-order' -l https-cert -r -F -d 'Speak HTTPS, with this certificate in PEM'
complete -c orderflow -n '__orderflow_at serve-order' -l https-key -r -F -d 'The certificate\'s key, in PEM and not encrypted'
complete -c orderflow -n '__orderflow_at serve-order' -l log-format -x -a 'text json' -d 'Logs on stderr as text, json'
complete -c orderflow -n '__orderflow_at serve-order' -l outbox-limit -x -d 'Refuse orders while so many events wait for the broker'
complete -c orderflow -n '__orderflow_at serve-order' -s p -l port -x -d 'Port to listen on, 0 for any free one'
complete -c orderflow -n '__orderflow_at serve-order' -l store -x -d 'sqlite: a file in --data-dir, for one instance'

complete -c orderflow -n '__orderflow_at serve-inventory' -l accept-delivery-limit -d 'Be ready on quorum queues with a low delivery limit, or with one that a policy sets'
complete -c orderflow -n '__orderflow_at serve-inventory' -l bind -x -d 'Address to listen on'
complete -c orderflow -n '__orderflow_at serve-inventory' -l data-dir -x -a '(__fish_complete_directories)' -d 'Where the data is'
complete -c orderflow -n '__orderflow_at serve-inventory' -l delay -x -d 'For testers: each order takes so long'
complete -c orderflow -n '__orderflow_at serve-inventory' -l fail-mode -x -a 'none always prob' -d 'For testers: orders fail though there is stock: none, always, prob'
complete -c orderflow -n '__orderflow_at serve-inventory' -l fail-prob -x -d 'With --fail-mode prob: how probable, 0 to 1'
complete -c orderflow -n '__orderflow_at serve-inventory' -l https-cert -r -F -d 'Speak HTTPS, with this certificate in PEM'
complete -c orderflow -n '__orderflow_at serve-inventory' -l https-key -r -F -d 'The certificate\'s key, in PEM and not encrypted'
complete -c orderflow -n '__orderflow_at serve-inventory' -l log-format -x -a 'text json' -d 'Logs on stderr as text, json'
complete -c orderflow -n '__orderflow_at serve-inventory' -s p -l port -x -d 'Port to listen on, 0 for any free one'
complete -c orderflow -n '__orderflow_at serve-inventory' -l store -x -d 'sqlite: a file in --data-dir, for one instance'

complete -c orderflow -n '__orderflow_at serve-notify' -l accept-delivery-limit -d 'Be ready on quorum queues with a low delivery limit, or with one that a policy sets'
complete -c orderflow -n '__orderflow_at serve-notify' -l bind -x -d 'Address to listen on'
complete -c orderflow -n '__orderflow_at serve-notify' -l data-dir -x -a '(__fish_complete_directories)' -d 'Where the data is'
complete -c orderflow -n '__orderflow_at serve-notify' -l https-cert -r -F -d 'Speak HTTPS, with this certificate in PEM'
complete -c orderflow -n '__orderflow_at serve-notify' -l https-key -r -F -d 'The certificate\'s key, in PEM and not encrypted'
complete -c orderflow -n '__orderflow_at serve-notify' -l log-format -x -a 'text json' -d 'Logs on stderr as text, json'
complete -c orderflow -n '__orderflow_at serve-notify' -l mail-domain -x -d 'With smtp: mail goes to USER@DOMAIN'
complete -c orderflow -n '__orderflow_at serve-notify' -l mail-from -x -d 'With smtp: the sender'
complete -c orderflow -n '__orderflow_at serve-notify' -l notifier -x -a 'log smtp webhook' -d 'How users are told: log, smtp, webhook'
complete -c orderflow -n '__orderflow_at serve-notify' -s p -l port -x -d 'Port to listen on, 0 for any free one'
complete -c orderflow -n '__orderflow_at serve-notify' -l smtp-url -x -d 'With smtp: smtp[s]://[user:password@]host:port'
complete -c orderflow -n '__orderflow_at serve-notify' -l store -x -d 'sqlite: a file in --data-dir, for one instance'
complete -c orderflow -n '__orderflow_at serve-notify' -l webhook-url -x -d 'With webhook: where each notification is POSTed'

complete -c orderflow -n '__orderflow_at serve-broker' -l data-dir -x -a '(__fish_complete_directories)' -d 'Where the data is'
complete -c orderflow -n '__orderflow_at serve-broker' -l log-format -x -a 'text json' -d 'Logs on stderr as text, json'
complete -c orderflow -n '__orderflow_at serve-broker' -s p -l port -x -d 'Port to listen on, 0 for any free one'

complete -c orderflow -n '__orderflow_at place' -s i -l item -x -d 'What is ordered'
complete -c orderflow -n '__orderflow_at place' -l order-id -x -d 'The order\'s id'
complete -c orderflow -n '__orderflow_at place' -s n -l qty -x -d 'How many'
complete -c orderflow -n '__orderflow_at place' -l timeout -x -d 'How long --wait waits'
complete -c orderflow -n '__orderflow_at place' -s u -l user -x -d 'Who orders'
complete -c orderflow -n '__orderflow_at place' -s w -l wait -d 'Wait until inventory has decided, and tell the outcome'

complete -c orderflow -n '__orderflow_at flood' -s c -l connections -x -d 'How many requests may be unanswered at a time'
complete -c orderflow -n '__orderflow_at flood' -l count -x -d 'Stop after so many orders, such as 20k'
complete -c orderflow -n '__orderflow_at flood' -s z -l seconds -l duration -x -d 'How long'
complete -c orderflow -n '__orderflow_at flood' -s i -l item -x -d 'What is ordered'
complete -c orderflow -n '__orderflow_at flood' -l prefix -x -d 'What the order ids begin with'
complete -c orderflow -n '__orderflow_at flood' -s n -l qty -x -d 'How many'
complete -c orderflow -n '__orderflow_at flood' -s r -l rate -x -d 'Orders a second, or max'
complete -c orderflow -n '__orderflow_at flood' -l users -x -d 'How many users order, in turn'
complete -c orderflow -n '__orderflow_at flood' -l via -x -a 'http amqp' -d 'Through the order service, or straight to the broker: http, amqp'

complete -c orderflow -n '__orderflow_at replay-duplicate' -l copies -x -d 'How often it is published'
complete -c orderflow -n '__orderflow_at replay-duplicate' -s i -l item -x -d 'What is ordered'
complete -c orderflow -n '__orderflow_at replay-duplicate' -l order-id -x -d 'An order that the order service knows is published as it was placed'
complete -c orderflow -n '__orderflow_at replay-duplicate' -s n -l qty -x -d 'How many'
complete -c orderflow -n '__orderflow_at replay-duplicate' -l timeout -x -d 'How long to wait for inventory'

complete -c orderflow -n '__orderflow_at poison' -s k -l kind -x -a 'all invalid-json missing-field wrong-type negative-qty bad-id duplicate-key deep-nesting not-utf8 empty oversized' -d 'One of all, invalid-json, missing-field, wrong-type, negative-qty, bad-id, duplicate-key, deep-nesting, not-utf8, empty, oversized'
complete -c orderflow -n '__orderflow_at poison' -l timeout -x -d 'How long to wait for the dead letter'

complete -c orderflow -n '__orderflow_at dlq-inspect' -l follow -d 'Go on and show new ones as they come, until Ctrl-C'
complete -c orderflow -n '__orderflow_at dlq-inspect' -l force -d 'Look even where that may delete on this broker'
complete -c orderflow -n '__orderflow_at dlq-inspect' -l group -d 'How many there are of each reason, with an example of each'
complete -c orderflow -n '__orderflow_at dlq-inspect' -l header -x -d 'Only those with this header; may be repeated'
complete -c orderflow -n '__orderflow_at dlq-inspect' -l limit -x -d 'How many at most, from the head'
complete -c orderflow -n '__orderflow_at dlq-inspect' -l order-id -x -d 'Only those of this order'
complete -c orderflow -n '__orderflow_at dlq-inspect' -l position -x -d 'Only those that dlq-inspect numbers so, as in 3 or 2,5-9'
complete -c orderflow -n '__orderflow_at dlq-inspect' -l queue -x -a 'order_placed_dlq inventory_reserved_dlq order_outcome_dlq' -d 'Which queue'
complete -c orderflow -n '__orderflow_at dlq-inspect' -l reason -x -a 'malformed invalid conflict unsupported too_large processing' -d 'Only those with it: malformed, invalid, conflict, unsupported, too_large or processing; what a broker gave, such as rejected; or unknown where none is told'
complete -c orderflow -n '__orderflow_at dlq-inspect' -l since -x -d 'Only those that died since: 90s, 15m, 2h or 1d ago, or 2026-01-31T12:00:00Z'

complete -c orderflow -n '__orderflow_at dlq-replay' -l dry-run -d 'Say what would be sent, and send nothing'
complete -c orderflow -n '__orderflow_at dlq-replay' -l edit -d 'Open each body in $VISUAL or $EDITOR; one that is changed is sent'
complete -c orderflow -n '__orderflow_at dlq-replay' -l force -d 'Look even where that may delete on this broker'
complete -c orderflow -n '__orderflow_at dlq-replay' -l from -r -F -d 'Send what dlq-export wrote; no queue is touched'
complete -c orderflow -n '__orderflow_at dlq-replay' -l header -x -d 'Only those with this header; may be repeated'
complete -c orderflow -n '__orderflow_at dlq-replay' -l limit -x -d 'How many at most, from the head'
complete -c orderflow -n '__orderflow_at dlq-replay' -l no-check -d 'Send what would die again, too'
complete -c orderflow -n '__orderflow_at dlq-replay' -l order-id -x -d 'Only those of this order'
complete -c orderflow -n '__orderflow_at dlq-replay' -l position -x -d 'Only those that dlq-inspect numbers so, as in 3 or 2,5-9'
complete -c orderflow -n '__orderflow_at dlq-replay' -l queue -x -a 'order_placed_dlq inventory_reserved_dlq order_outcome_dlq' -d 'Which queue'
complete -c orderflow -n '__orderflow_at dlq-replay' -l rate -x -d 'How many a second'
complete -c orderflow -n '__orderflow_at dlq-replay' -l reason -x -a 'malformed invalid conflict unsupported too_large processing' -d 'Only those with it: malformed, invalid, conflict, unsupported, too_large or processing; what a broker gave, such as rejected; or unknown where none is told'
complete -c orderflow -n '__orderflow_at dlq-replay' -l set -x -d 'Set a field of the body, as text or, with :=, as JSON; may be repeated'
complete -c orderflow -n '__orderflow_at dlq-replay' -l since -x -d 'Only those that died since: 90s, 15m, 2h or 1d ago, or 2026-01-31T12:00:00Z'
complete -c orderflow -n '__orderflow_at dlq-replay' -l timeout -x -d 'How long --wait waits for all of them'
complete -c orderflow -n '__orderflow_at dlq-replay' -l to -x -a 'order_placed inventory_reserved order_outcome' -d 'Send all to this queue instead of where each came from'
complete -c orderflow -n '__orderflow_at dlq-replay' -l wait -d 'Follow each order to its outcome'

complete -c orderflow -n '__orderflow_at dlq-export' -F
complete -c orderflow -n '__orderflow_at dlq-export' -l force -d 'Look even where that may delete on this broker'
complete -c orderflow -n '__orderflow_at dlq-export' -l header -x -d 'Only those with this header; may be repeated'
complete -c orderflow -n '__orderflow_at dlq-export' -l order-id -x -d 'Only those of this order'
complete -c orderflow -n '__orderflow_at dlq-export' -l position -x -d 'Only those that dlq-inspect numbers so, as in 3 or 2,5-9'
complete -c orderflow -n '__orderflow_at dlq-export' -l queue -x -a 'order_placed_dlq inventory_reserved_dlq order_outcome_dlq' -d 'Which queue'
complete -c orderflow -n '__orderflow_at dlq-export' -l reason -x -a 'malformed invalid conflict unsupported too_large processing' -d 'Only those with it: malformed, invalid, conflict, unsupported, too_large or processing; what a broker gave, such as rejected; or unknown where none is told'
complete -c orderflow -n '__orderflow_at dlq-export' -l since -x -d 'Only those that died since: 90s, 15m, 2h or 1d ago, or 2026-01-31T12:00:00Z'

complete -c orderflow -n '__orderflow_at dlq-purge' -l dry-run -d 'Say how many would be removed, and remove none'
complete -c orderflow -n '__orderflow_at dlq-purge' -l export -r -F -d 'A new file for the copies'
complete -c orderflow -n '__orderflow_at dlq-purge' -l force -d 'Look even where that may delete on this broker'
complete -c orderflow -n '__orderflow_at dlq-purge' -l header -x -d 'Only those with this header; may be repeated'
complete -c orderflow -n '__orderflow_at dlq-purge' -l no-export -d 'Keep no copies: what is removed is gone'
complete -c orderflow -n '__orderflow_at dlq-purge' -l order-id -x -d 'Only those of this order'
complete -c orderflow -n '__orderflow_at dlq-purge' -l position -x -d 'Only those that dlq-inspect numbers so, as in 3 or 2,5-9'
complete -c orderflow -n '__orderflow_at dlq-purge' -l queue -x -a 'order_placed_dlq inventory_reserved_dlq order_outcome_dlq' -d 'Which queue'
complete -c orderflow -n '__orderflow_at dlq-purge' -l reason -x -a 'malformed invalid conflict unsupported too_large processing' -d 'Only those with it: malformed, invalid, conflict, unsupported, too_large or processing; what a broker gave, such as rejected; or unknown where none is told'
complete -c orderflow -n '__orderflow_at dlq-purge' -l since -x -d 'Only those that died since: 90s, 15m, 2h or 1d ago, or 2026-01-31T12:00:00Z'
complete -c orderflow -n '__orderflow_at dlq-purge' -l yes -d 'Do not ask'

complete -c orderflow -n '__orderflow_at trace' -l follow -d 'Go on until nothing more is to come, or Ctrl-C'

complete -c orderflow -n '__orderflow_at watch' -l every -x -d 'How often to look'
complete -c orderflow -n '__orderflow_at watch' -l once -d 'Print how it is now, and end'


complete -c orderflow -n '__orderflow_at stock' -l set -x -d 'Set how many are left'

complete -c orderflow -n '__orderflow_at topology' -a 'show declare export'

complete -c orderflow -n '__orderflow_at context' -a add -d 'Keep the options that are given here under a name'
complete -c orderflow -n '__orderflow_at context' -a list -d 'List the contexts, and which one is used now'
complete -c orderflow -n '__orderflow_at context' -a use -d 'Choose the context that is used when none is named'
complete -c orderflow -n '__orderflow_at context' -a show -d 'Show a context, or what commands use now and where each value is from'
complete -c orderflow -n '__orderflow_at context' -a remove -d 'Forget a context'
complete -c orderflow -n '__orderflow_at context' -s h -l help -d 'Show this help message and exit'
complete -c orderflow -n '__orderflow_at context' -s V -l version -d 'Print version information and exit'

complete -c orderflow -n '__orderflow_at "context add"' -l ask-password -d 'Ask for the password of the user in --uri, unseen; or read a line of input'
complete -c orderflow -n '__orderflow_at "context add"' -l ask-token -d 'Ask for the token, unseen; or read a line of input'
complete -c orderflow -n '__orderflow_at "context add"' -l replace -d 'Write over a context of that name'
complete -c orderflow -n '__orderflow_at "context add"' -l use -d 'Make it the current one'


complete -c orderflow -n '__orderflow_at "context use"' -a '(__orderflow_contexts)'
complete -c orderflow -n '__orderflow_at "context use"' -l none -d 'None: what is not given is the default again'

complete -c orderflow -n '__orderflow_at "context show"' -a '(__orderflow_contexts)'

complete -c orderflow -n '__orderflow_at "context remove"' -a '(__orderflow_contexts)'
complete -c orderflow -n '__orderflow_at "context remove"' -l dry-run -d 'Say what would be forgotten, and forget nothing'
complete -c orderflow -n '__orderflow_at "context remove"' -l yes -d 'Do not ask'


complete -c orderflow -n '__orderflow_at completion' -a 'bash zsh fish'

# What every command takes.
complete -c orderflow -n 'not __orderflow_at "" context' -l context -x -a '(__orderflow_contexts)' -d 'Take what is not given from this context'
complete -c orderflow -n 'not __orderflow_at "" context' -s h -l help -d 'Show this help message and exit'
complete -c orderflow -n 'not __orderflow_at "" context' -l insecure -d 'Trust whoever answers: neither certificate nor name is verified'
complete -c orderflow -n 'not __orderflow_at "" context' -l inventory-url -x -d 'Inventory service'
complete -c orderflow -n 'not __orderflow_at "" context' -l no-color -d 'No colours, as with the variable NO_COLOR'
complete -c orderflow -n 'not __orderflow_at "" context' -l notification-url -x -d 'Notifications'
complete -c orderflow -n 'not __orderflow_at "" context' -l order-url -x -d 'Order service'
complete -c orderflow -n 'not __orderflow_at "" context' -s o -l output -x -a 'table json ndjson csv' -d 'Results as table, json, ndjson, csv'
complete -c orderflow -n 'not __orderflow_at "" context' -l queue-type -x -a 'default quorum' -d 'How queues are declared: default, quorum'
complete -c orderflow -n 'not __orderflow_at "" context' -s q -l quiet -d 'No progress, only results and errors'
complete -c orderflow -n 'not __orderflow_at "" context' -l tls-ca -r -F -d 'Trust these authorities, in PEM, for amqps and https'
complete -c orderflow -n 'not __orderflow_at "" context' -l tls-cert -r -F -d 'Our certificate, in PEM, where the other side asks for one'
complete -c orderflow -n 'not __orderflow_at "" context' -l tls-key -r -F -d 'Its key, in PEM and not encrypted'
complete -c orderflow -n 'not __orderflow_at "" context' -l token -x -d 'Bearer token: commands send it, services ask for it'
complete -c orderflow -n 'not __orderflow_at "" context' -l uri -x -d 'Broker: amqp[s]://user:password@host:port/vhost'
complete -c orderflow -n 'not __orderflow_at "" context' -s v -l verbose -d 'More detail, and a stack trace with an error'
complete -c orderflow -n 'not __orderflow_at "" context' -s V -l version -d 'Print version information and exit'
