# Completes tierkeeper in fish: tierkeeper completion fish | source
function __tierkeeper_complete
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    set -l directive 4
    for line in ($words[1] __complete $words[2..-1] "$current" 2>/dev/null)
        if string match -q ':*' -- $line
            set directive (string sub -s 2 -- $line)
        else
            echo $line
        end
    end
    if test "$directive" = 0
        __fish_complete_path "$current"
    end
end
complete -c tierkeeper -f -a '(__tierkeeper_complete)'
