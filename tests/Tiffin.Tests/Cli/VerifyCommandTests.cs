using Tiffin.Cli;

namespace Tiffin.Tests.Cli;

public sealed class VerifyCommandTests
{
    /// <summary>The exit code for differences would start a search for differences.</summary>
    [Fact]
    public async Task A_database_that_is_away_is_not_reported_as_one_with_differences()
    {
        var output = new StringWriter();

        var exitCode = await VerifyCommand.Run("Host=127.0.0.1;Port=1;Username=tiffin;Database=tiffin", output);

        exitCode.ShouldBe(2);
        output.ToString().ShouldContain("Unable to connect");
    }
}
