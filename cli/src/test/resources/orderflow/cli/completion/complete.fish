# complete.fish SCRIPT LINE...: what fish would offer at the end of each line; "> LINE" stands before it.
source $argv[1]
for line in $argv[2..-1]
    echo "> $line"
    # Behind a tab stands a description; behind --option= only the value is of interest.
    complete -C $line | string replace -r '\t.*' '' | string replace -r '^--[a-z-]+=' ''
end
exit 0
