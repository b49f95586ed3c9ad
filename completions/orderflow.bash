# Completion of orderflow for bash, made by 'orderflow completion bash'.
# shellcheck shell=bash disable=SC2207  # the words have no spaces

_orderflow_words() {
  local IFS=$' \t\n'
  COMPREPLY=($(compgen -W "$1" -- "$word"))
}

# Readline completes and quotes paths; without compopt only names without spaces work.
_orderflow_files() {
  compopt -o default 2>/dev/null || COMPREPLY=($(compgen -f -- "$word"))
}

_orderflow_folders() {
  compopt -o dirnames 2>/dev/null || COMPREPLY=($(compgen -d -- "$word"))
}

# Only plain words: compgen would run a command substitution.
_orderflow_contexts() {
  _orderflow_words "$("${COMP_WORDS[0]}" context list --output csv 2>/dev/null |
    sed -n '1d; s/^\([A-Za-z0-9_.-]*\),.*/\1/p')"
}

_orderflow() {
  local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} command=orderflow common i
  COMPREPLY=()
  # bash splits --option=value into three words.
  if [[ $word == '=' ]]; then
    word=
  elif [[ $before == '=' ]]; then
    before=${COMP_WORDS[COMP_CWORD - 2]}
  fi
  for ((i = 1; i < COMP_CWORD; i++)); do
    case "$command ${COMP_WORDS[i]}" in
      'orderflow demo' |\
        'orderflow verify' |\
        'orderflow up' |\
        'orderflow serve-order' |\
        'orderflow serve-inventory' |\
        'orderflow serve-notify' |\
        'orderflow serve-broker' |\
        'orderflow place' |\
        'orderflow flood' |\
        'orderflow replay-duplicate' |\
        'orderflow poison' |\
        'orderflow dlq-inspect' |\
        'orderflow dlq-replay' |\
        'orderflow dlq-export' |\
        'orderflow dlq-purge' |\
        'orderflow trace' |\
        'orderflow watch' |\
        'orderflow status' |\
        'orderflow stock' |\
        'orderflow notifications' |\
        'orderflow notifications list' |\
        'orderflow notifications resend' |\
        'orderflow topology' |\
        'orderflow context' |\
        'orderflow context add' |\
        'orderflow context list' |\
        'orderflow context use' |\
        'orderflow context show' |\
        'orderflow context remove' |\
        'orderflow shell' |\
        'orderflow completion') command+=" ${COMP_WORDS[i]}" ;;
    esac
  done

  common='--context -h --help --insecure --inventory-url --no-color --notification-url --order-url -o --output --queue-type -q --quiet --tls-ca --tls-cert --tls-key --token --uri -v --verbose -V --version'
  case $command in
    'orderflow')
      case $before:$word in
        *:-*) _orderflow_words "-h --help -V --version" ;;
        *) _orderflow_words 'demo verify up serve-order serve-inventory serve-notify serve-broker place flood replay-duplicate poison dlq-inspect dlq-replay dlq-export dlq-purge trace watch status stock notifications topology context shell completion' ;;
      esac
      ;;
    'orderflow demo')
      case $before:$word in
        --compare:* | --junit:* | --report:*) _orderflow_files ;;
        --history:* | --keep-on-failure:*) _orderflow_folders ;;
        --context:*) _orderflow_contexts ;;
        --inventory-url:* | --notification-url:* | --order-url:* | --token:* | --uri:*) ;;
        -o:* | --output:*) _orderflow_words 'table json ndjson csv' ;;
        --queue-type:*) _orderflow_words 'default quorum' ;;
        --tls-ca:* | --tls-cert:* | --tls-key:*) _orderflow_files ;;
        *) _orderflow_words "$common --compare --history --junit --keep --keep-on-failure --no-tui --report" ;;
      esac
      ;;
    'orderflow verify')
      case $before:$word in
        --broker:*) _orderflow_words 'embedded rabbitmq' ;;
        --compare:* | --compose-file:* | --exec:* | --junit:* | --report:*) _orderflow_files ;;
        --control:*) _orderflow_words 'process exec compose manual' ;;
        --history:* | --judge:* | --keep-on-failure:*) _orderflow_folders ;;
        --schedule:* | --seed:* | --soak:* | --soak-window:*) ;;
        --context:*) _orderflow_contexts ;;
        --inventory-url:* | --notification-url:* | --order-url:* | --token:* | --uri:*) ;;
        -o:* | --output:*) _orderflow_words 'table json ndjson csv' ;;
        --queue-type:*) _orderflow_words 'default quorum' ;;
        --tls-ca:* | --tls-cert:* | --tls-key:*) _orderflow_files ;;
        *:-*) _orderflow_words "$common --all --broker --compare --compose-file --control --exec --full --history --judge --junit --keep --keep-on-failure --list --no-tui --report --schedule --seed --shorten --soak --soak-window" ;;
        *) _orderflow_words 'happy-path backlog duplicate poison inventory-failure kill-order kill-inventory kill-notification pause-order pause-inventory pause-notification hot-item rolling-restart crash-order crash-inventory crash-notification random-faults broker-restart broker-kill connections-closed broker-memory-alarm broker-disk-alarm net-reset net-slow net-cut net-black-hole net-refused power-cut-order power-cut-inventory store-full disk-frozen disk-frozen-inventory inventory-store-full time-zone clock-jump queue-unbound queue-deleted notification-queue-deleted queue-full prefetch duplicate-storm poison-mix delivery-limit dlq-full dlq-deleted client-retries conflicting-messages webhook-outage replay-kill' ;;
      esac
      ;;
    'orderflow up')
      case $before:$word in
        --bind:* | --inventory-port:* | --mail-domain:* | --mail-from:* | --notify-port:* | --order-port:* | --smtp-url:* | --store:* | --webhook-url:*) ;;
        --data-dir:*) _orderflow_folders ;;
        --https-cert:* | --https-key:*) _orderflow_files ;;
        --log-format:*) _orderflow_words 'text json' ;;
        --notifier:*) _orderflow_words 'log smtp webhook' ;;
        --smtp-tls:*) _orderflow_words 'starttls implicit none' ;;
        --context:*) _orderflow_contexts ;;
        --inventory-url:* | --notification-url:* | --order-url:* | --token:* | --uri:*) ;;
        -o:* | --output:*) _orderflow_words 'table json ndjson csv' ;;
        --queue-type:*) _orderflow_words 'default quorum' ;;
        --tls-ca:* | --tls-cert:* | --tls-key:*) _orderflow_files ;;
        *) _orderflow_words "$common --accept-delivery-limit --bind --data-dir --https-cert --https-key --inventory-port --log-format --mail-domain --mail-from --notifier --notify-port --order-port --smtp-tls --smtp-url --store --webhook-url" ;;
      esac
      ;;
    'orderflow serve-order')
      case $before:$word in
        --bind:* | --outbox-limit:* | -p:* | --port:* | --store:*) ;;
        --data-dir:*) _orderflow_folders ;;
        --https-cert:* | --https-key:*) _orderflow_files ;;
        --log-format:*) _orderflow_words 'text json' ;;
        --context:*) _orderflow_contexts ;;
        --inventory-url:* | --notification-url:* | --order-url:* | --token:* | --uri:*) ;;
        -o:* | --output:*) _orderflow_words 'table json ndjson csv' ;;
        --queue-type:*) _orderflow_words 'default quorum' ;;
        --tls-ca:* | --tls-cert:* | --tls-key:*) _orderflow_files ;;
        *) _orderflow_words "$common --accept-delivery-limit --bind --data-dir --https-cert --https-key --log-format --outbox-limit -p --port --store" ;;
      esac
      ;;
    'orderflow serve-inventory')
      case $before:$word in
        --bind:* | --delay:* | --fail-prob:* | -p:* | --port:* | --store:*) ;;
        --data-dir:*) _orderflow_folders ;;
        --fail-mode:*) _orderflow_words 'none always prob' ;;
        --https-cert:* | --https-key:*) _orderflow_files ;;
        --log-format:*) _orderflow_words 'text json' ;;
        --context:*) _orderflow_contexts ;;
        --inventory-url:* | --notification-url:* | --order-url:* | --token:* | --uri:*) ;;
        -o:* | --output:*) _orderflow_words 'table json ndjson csv' ;;
        --queue-type:*) _orderflow_words 'default quorum' ;;
        --tls-ca:* | --tls-cert:* | --tls-key:*) _orderflow_files ;;
        *) _orderflow_words "$common --accept-delivery-limit --bind --data-dir --delay --fail-mode --fail-prob --https-cert --https-key --log-format -p --port --store" ;;
      esac
      ;;
    'orderflow serve-notify')
      case $before:$word in
        --bind:* | --mail-domain:* | --mail-from:* | -p:* | --port:* | --smtp-url:* | --store:* | --webhook-url:*) ;;
        --data-dir:*) _orderflow_folders ;;
        --https-cert:* | --https-key:*) _orderflow_files ;;
        --log-format:*) _orderflow_words 'text json' ;;
        --notifier:*) _orderflow_words 'log smtp webhook' ;;
        --smtp-tls:*) _orderflow_words 'starttls implicit none' ;;
        --context:*) _orderflow_contexts ;;
        --inventory-url:* | --notification-url:* | --order-url:* | --token:* | --uri:*) ;;
        -o:* | --output:*) _orderflow_words 'table json ndjson csv' ;;
        --queue-type:*) _orderflow_words 'default quorum' ;;
        --tls-ca:* | --tls-cert:* | --tls-key:*) _orderflow_files ;;
        *) _orderflow_words "$common --accept-delivery-limit --bind --data-dir --https-cert --https-key --log-format --mail-domain --mail-from --notifier -p --port --smtp-tls --smtp-url --store --webhook-url" ;;
      esac
      ;;
    'orderflow serve-broker')
      case $before:$word in
        --data-dir:*) _orderflow_folders ;;
        --log-format:*) _orderflow_words 'text json' ;;
        -p:* | --port:*) ;;
        --context:*) _orderflow_contexts ;;
        --inventory-url:* | --notification-url:* | --order-url:* | --token:* | --uri:*) ;;
        -o:* | --output:*) _orderflow_words 'table json ndjson csv' ;;
        --queue-type:*) _orderflow_words 'default quorum' ;;
        --tls-ca:* | --tls-cert:* | --tls-key:*) _orderflow_files ;;
        *) _orderflow_words "$common --data-dir --log-format -p --port" ;;
      esac
      ;;
    'orderflow place')
      case $before:$word in
        -i:* | --item:* | --order-id:* | -n:* | --qty:* | --timeout:* | -u:* | --user:*) ;;
        --context:*) _orderflow_contexts ;;
        --inventory-url:* | --notification-url:* | --order-url:* | --token:* | --uri:*) ;;
        -o:* | --output:*) _orderflow_words 'table json ndjson csv' ;;
        --queue-type:*) _orderflow_words 'default quorum' ;;
        --tls-ca:* | --tls-cert:* | --tls-key:*) _orderflow_files ;;
        *) _orderflow_words "$common -i --item --order-id -n --qty --timeout -u --user -w --wait" ;;
      esac
      ;;
    'orderflow flood')
      case $before:$word in
        -c:* | --connections:* | --count:* | -z:* | --seconds:* | --duration:* | -i:* | --item:* | --prefix:* | -n:* | --qty:* | -r:* | --rate:* | --users:*) ;;
        --via:*) _orderflow_words 'http amqp' ;;
        --context:*) _orderflow_contexts ;;
        --inventory-url:* | --notification-url:* | --order-url:* | --token:* | --uri:*) ;;
        -o:* | --output:*) _orderflow_words 'table json ndjson csv' ;;
        --queue-type:*) _orderflow_words 'default quorum' ;;
        --tls-ca:* | --tls-cert:* | --tls-key:*) _orderflow_files ;;
        *) _orderflow_words "$common -c --connections --count -z --seconds --duration -i --item --prefix -n --qty -r --rate --users --via" ;;
      esac
      ;;
    'orderflow replay-duplicate')
      case $before:$word in
        --copies:* | -i:* | --item:* | --order-id:* | -n:* | --qty:* | --timeout:*) ;;
        --context:*) _orderflow_contexts ;;
        --inventory-url:* | --notification-url:* | --order-url:* | --token:* | --uri:*) ;;
        -o:* | --output:*) _orderflow_words 'table json ndjson csv' ;;
        --queue-type:*) _orderflow_words 'default quorum' ;;
        --tls-ca:* | --tls-cert:* | --tls-key:*) _orderflow_files ;;
        *) _orderflow_words "$common --copies -i --item --order-id -n --qty --timeout" ;;
      esac
      ;;
    'orderflow poison')
      case $before:$word in
        -k:* | --kind:*) _orderflow_words 'all invalid-json missing-field wrong-type negative-qty bad-id duplicate-key deep-nesting not-utf8 empty oversized' ;;
        --timeout:*) ;;
        --context:*) _orderflow_contexts ;;
        --inventory-url:* | --notification-url:* | --order-url:* | --token:* | --uri:*) ;;
        -o:* | --output:*) _orderflow_words 'table json ndjson csv' ;;
        --queue-type:*) _orderflow_words 'default quorum' ;;
        --tls-ca:* | --tls-cert:* | --tls-key:*) _orderflow_files ;;
        *) _orderflow_words "$common -k --kind --timeout" ;;
      esac
      ;;
    'orderflow dlq-inspect')
      case $before:$word in
        --header:* | --id:* | --limit:* | --management-url:* | --match:* | --order-id:* | --position:* | --since:*) ;;
        --queue:*) _orderflow_words 'order_placed_dlq inventory_reserved_dlq order_outcome_dlq' ;;
        --reason:*) _orderflow_words 'malformed invalid conflict unsupported too_large processing' ;;
        --context:*) _orderflow_contexts ;;
        --inventory-url:* | --notification-url:* | --order-url:* | --token:* | --uri:*) ;;
        -o:* | --output:*) _orderflow_words 'table json ndjson csv' ;;
        --queue-type:*) _orderflow_words 'default quorum' ;;
        --tls-ca:* | --tls-cert:* | --tls-key:*) _orderflow_files ;;
        *) _orderflow_words "$common --follow --force --group --header --id --limit --management-url --match --newest --order-id --position --queue --reason --since" ;;
      esac
      ;;
    'orderflow dlq-replay')
      case $before:$word in
        --from:*) _orderflow_files ;;
        --header:* | --id:* | --limit:* | --management-url:* | --match:* | --order-id:* | --position:* | --rate:* | --set:* | --since:* | --timeout:*) ;;
        --queue:*) _orderflow_words 'order_placed_dlq inventory_reserved_dlq order_outcome_dlq' ;;
        --reason:*) _orderflow_words 'malformed invalid conflict unsupported too_large processing' ;;
        --to:*) _orderflow_words 'order_placed inventory_reserved order_outcome' ;;
        --context:*) _orderflow_contexts ;;
        --inventory-url:* | --notification-url:* | --order-url:* | --token:* | --uri:*) ;;
        -o:* | --output:*) _orderflow_words 'table json ndjson csv' ;;
        --queue-type:*) _orderflow_words 'default quorum' ;;
        --tls-ca:* | --tls-cert:* | --tls-key:*) _orderflow_files ;;
        *) _orderflow_words "$common --dry-run --edit --force --from --header --id --limit --management-url --match --newest --no-check --order-id --position --queue --rate --reason --set --since --timeout --to --wait" ;;
      esac
      ;;
    'orderflow dlq-export')
      case $before:$word in
        --header:* | --id:* | --limit:* | --management-url:* | --match:* | --order-id:* | --position:* | --since:*) ;;
        --queue:*) _orderflow_words 'order_placed_dlq inventory_reserved_dlq order_outcome_dlq' ;;
        --reason:*) _orderflow_words 'malformed invalid conflict unsupported too_large processing' ;;
        --context:*) _orderflow_contexts ;;
        --inventory-url:* | --notification-url:* | --order-url:* | --token:* | --uri:*) ;;
        -o:* | --output:*) _orderflow_words 'table json ndjson csv' ;;
        --queue-type:*) _orderflow_words 'default quorum' ;;
        --tls-ca:* | --tls-cert:* | --tls-key:*) _orderflow_files ;;
        *:-*) _orderflow_words "$common --force --header --id --limit --management-url --match --newest --order-id --position --queue --reason --since" ;;
        *) _orderflow_files ;;
      esac
      ;;
    'orderflow dlq-purge')
      case $before:$word in
        --export:*) _orderflow_files ;;
        --header:* | --id:* | --limit:* | --management-url:* | --match:* | --order-id:* | --position:* | --since:*) ;;
        --queue:*) _orderflow_words 'order_placed_dlq inventory_reserved_dlq order_outcome_dlq' ;;
        --reason:*) _orderflow_words 'malformed invalid conflict unsupported too_large processing' ;;
        --context:*) _orderflow_contexts ;;
        --inventory-url:* | --notification-url:* | --order-url:* | --token:* | --uri:*) ;;
        -o:* | --output:*) _orderflow_words 'table json ndjson csv' ;;
        --queue-type:*) _orderflow_words 'default quorum' ;;
        --tls-ca:* | --tls-cert:* | --tls-key:*) _orderflow_files ;;
        *) _orderflow_words "$common --dry-run --export --force --header --id --limit --management-url --match --newest --no-export --order-id --position --queue --reason --since --yes" ;;
      esac
      ;;
    'orderflow trace')
      case $before:$word in
        --context:*) _orderflow_contexts ;;
        --inventory-url:* | --notification-url:* | --order-url:* | --token:* | --uri:*) ;;
        -o:* | --output:*) _orderflow_words 'table json ndjson csv' ;;
        --queue-type:*) _orderflow_words 'default quorum' ;;
        --tls-ca:* | --tls-cert:* | --tls-key:*) _orderflow_files ;;
        *:-*) _orderflow_words "$common --follow" ;;
        *) ;;
      esac
      ;;
    'orderflow watch')
      case $before:$word in
        --every:*) ;;
        --context:*) _orderflow_contexts ;;
        --inventory-url:* | --notification-url:* | --order-url:* | --token:* | --uri:*) ;;
        -o:* | --output:*) _orderflow_words 'table json ndjson csv' ;;
        --queue-type:*) _orderflow_words 'default quorum' ;;
        --tls-ca:* | --tls-cert:* | --tls-key:*) _orderflow_files ;;
        *) _orderflow_words "$common --every --once" ;;
      esac
      ;;
    'orderflow status')
      case $before:$word in
        --context:*) _orderflow_contexts ;;
        --inventory-url:* | --notification-url:* | --order-url:* | --token:* | --uri:*) ;;
        -o:* | --output:*) _orderflow_words 'table json ndjson csv' ;;
        --queue-type:*) _orderflow_words 'default quorum' ;;
        --tls-ca:* | --tls-cert:* | --tls-key:*) _orderflow_files ;;
        *) _orderflow_words "$common" ;;
      esac
      ;;
    'orderflow stock')
      case $before:$word in
        --set:*) ;;
        --context:*) _orderflow_contexts ;;
        --inventory-url:* | --notification-url:* | --order-url:* | --token:* | --uri:*) ;;
        -o:* | --output:*) _orderflow_words 'table json ndjson csv' ;;
        --queue-type:*) _orderflow_words 'default quorum' ;;
        --tls-ca:* | --tls-cert:* | --tls-key:*) _orderflow_files ;;
        *:-*) _orderflow_words "$common --set" ;;
        *) ;;
      esac
      ;;
    'orderflow notifications')
      case $before:$word in
        *:-*) _orderflow_words "-h --help -V --version" ;;
        *) _orderflow_words 'list resend' ;;
      esac
      ;;
    'orderflow notifications list')
      case $before:$word in
        -n:* | --max:*) ;;
        --status:*) _orderflow_words 'given-up pending' ;;
        --context:*) _orderflow_contexts ;;
        --inventory-url:* | --notification-url:* | --order-url:* | --token:* | --uri:*) ;;
        -o:* | --output:*) _orderflow_words 'table json ndjson csv' ;;
        --queue-type:*) _orderflow_words 'default quorum' ;;
        --tls-ca:* | --tls-cert:* | --tls-key:*) _orderflow_files ;;
        *) _orderflow_words "$common -n --max --status" ;;
      esac
      ;;
    'orderflow notifications resend')
      case $before:$word in
        --order-id:*) ;;
        --context:*) _orderflow_contexts ;;
        --inventory-url:* | --notification-url:* | --order-url:* | --token:* | --uri:*) ;;
        -o:* | --output:*) _orderflow_words 'table json ndjson csv' ;;
        --queue-type:*) _orderflow_words 'default quorum' ;;
        --tls-ca:* | --tls-cert:* | --tls-key:*) _orderflow_files ;;
        *) _orderflow_words "$common --all --dry-run --order-id --yes" ;;
      esac
      ;;
    'orderflow topology')
      case $before:$word in
        --context:*) _orderflow_contexts ;;
        --inventory-url:* | --notification-url:* | --order-url:* | --token:* | --uri:*) ;;
        -o:* | --output:*) _orderflow_words 'table json ndjson csv' ;;
        --queue-type:*) _orderflow_words 'default quorum' ;;
        --tls-ca:* | --tls-cert:* | --tls-key:*) _orderflow_files ;;
        *:-*) _orderflow_words "$common" ;;
        *) _orderflow_words 'show declare export' ;;
      esac
      ;;
    'orderflow context')
      case $before:$word in
        *:-*) _orderflow_words "-h --help -V --version" ;;
        *) _orderflow_words 'add list use show remove' ;;
      esac
      ;;
    'orderflow context add')
      case $before:$word in
        --context:*) _orderflow_contexts ;;
        --inventory-url:* | --notification-url:* | --order-url:* | --token:* | --uri:*) ;;
        -o:* | --output:*) _orderflow_words 'table json ndjson csv' ;;
        --queue-type:*) _orderflow_words 'default quorum' ;;
        --tls-ca:* | --tls-cert:* | --tls-key:*) _orderflow_files ;;
        *:-*) _orderflow_words "$common --ask-password --ask-token --replace --use" ;;
        *) ;;
      esac
      ;;
    'orderflow context list')
      case $before:$word in
        --context:*) _orderflow_contexts ;;
        --inventory-url:* | --notification-url:* | --order-url:* | --token:* | --uri:*) ;;
        -o:* | --output:*) _orderflow_words 'table json ndjson csv' ;;
        --queue-type:*) _orderflow_words 'default quorum' ;;
        --tls-ca:* | --tls-cert:* | --tls-key:*) _orderflow_files ;;
        *) _orderflow_words "$common" ;;
      esac
      ;;
    'orderflow context use')
      case $before:$word in
        --context:*) _orderflow_contexts ;;
        --inventory-url:* | --notification-url:* | --order-url:* | --token:* | --uri:*) ;;
        -o:* | --output:*) _orderflow_words 'table json ndjson csv' ;;
        --queue-type:*) _orderflow_words 'default quorum' ;;
        --tls-ca:* | --tls-cert:* | --tls-key:*) _orderflow_files ;;
        *:-*) _orderflow_words "$common --none" ;;
        *) _orderflow_contexts ;;
      esac
      ;;
    'orderflow context show')
      case $before:$word in
        --context:*) _orderflow_contexts ;;
        --inventory-url:* | --notification-url:* | --order-url:* | --token:* | --uri:*) ;;
        -o:* | --output:*) _orderflow_words 'table json ndjson csv' ;;
        --queue-type:*) _orderflow_words 'default quorum' ;;
        --tls-ca:* | --tls-cert:* | --tls-key:*) _orderflow_files ;;
        *:-*) _orderflow_words "$common" ;;
        *) _orderflow_contexts ;;
      esac
      ;;
    'orderflow context remove')
      case $before:$word in
        --context:*) _orderflow_contexts ;;
        --inventory-url:* | --notification-url:* | --order-url:* | --token:* | --uri:*) ;;
        -o:* | --output:*) _orderflow_words 'table json ndjson csv' ;;
        --queue-type:*) _orderflow_words 'default quorum' ;;
        --tls-ca:* | --tls-cert:* | --tls-key:*) _orderflow_files ;;
        *:-*) _orderflow_words "$common --dry-run --yes" ;;
        *) _orderflow_contexts ;;
      esac
      ;;
    'orderflow shell')
      case $before:$word in
        --context:*) _orderflow_contexts ;;
        --inventory-url:* | --notification-url:* | --order-url:* | --token:* | --uri:*) ;;
        -o:* | --output:*) _orderflow_words 'table json ndjson csv' ;;
        --queue-type:*) _orderflow_words 'default quorum' ;;
        --tls-ca:* | --tls-cert:* | --tls-key:*) _orderflow_files ;;
        *) _orderflow_words "$common" ;;
      esac
      ;;
    'orderflow completion')
      case $before:$word in
        --context:*) _orderflow_contexts ;;
        --inventory-url:* | --notification-url:* | --order-url:* | --token:* | --uri:*) ;;
        -o:* | --output:*) _orderflow_words 'table json ndjson csv' ;;
        --queue-type:*) _orderflow_words 'default quorum' ;;
        --tls-ca:* | --tls-cert:* | --tls-key:*) _orderflow_files ;;
        *:-*) _orderflow_words "$common" ;;
        *) _orderflow_words 'bash zsh fish' ;;
      esac
      ;;
  esac
}

complete -F _orderflow orderflow
