using System.Text.RegularExpressions;

namespace Tiffin.Tests.Architecture;

/// <summary>How code measures time.</summary>
public sealed partial class ClockTests
{
    /// <summary>
    /// A timestamp of 0 is the boot of the machine, not never: on a machine that was booted a minute ago, "an hour
    /// since 0" has not passed.
    /// </summary>
    [Fact]
    public void A_time_that_was_never_taken_is_null_and_not_zero()
    {
        var zeros =
            from file in Repository.Sources("src").Concat(Repository.Sources("tests"))
            from line in Repository.Lines(file).Select((text, i) => (Text: text, Number: i + 1))
            where Zero().IsMatch(line.Text)
            select $"{file}:{line.Number} {line.Text.Trim()}";

        zeros.ShouldBeEmpty("declare it as long? and let null mean never");
    }

    /// <summary>A field that holds a timestamp, by its name, neither nullable nor set where it is declared.</summary>
    [GeneratedRegex(@"^\s+(?:private |static |volatile )*long \w*(?:At|Since|Until)(?: = 0)?;")]
    private static partial Regex Zero();
}
