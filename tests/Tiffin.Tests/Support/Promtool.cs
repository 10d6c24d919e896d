namespace Tiffin.Tests.Support;

/// <summary>Prometheus' own judge of what it is to read.</summary>
static class Promtool
{
    /// <summary>Fails unless promtool can read it all; answers what it would like otherwise, line by line.</summary>
    public static async Task<string[]> Check(string arguments, string input = "")
    {
        var (exitCode, output, errors) = await Tool.Run("promtool", arguments, input);
        // 3: it can be read, but a lint rule prefers another name.
        new[] { 0, 3 }.ShouldContain(exitCode, output + errors);
        return errors.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
