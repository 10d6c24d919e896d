namespace Tiffin.Tests.Support;

/// <summary>Prometheus' own validator of its input.</summary>
static class Promtool
{
    /// <summary>Fails unless promtool can read everything; returns its lint findings, one per line.</summary>
    public static async Task<string[]> Check(string arguments, string input = "")
    {
        var (exitCode, output, errors) = await Tool.Run("promtool", arguments, input);
        // 3: valid, but with lint findings.
        new[] { 0, 3 }.ShouldContain(exitCode, output + errors);
        return errors.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
