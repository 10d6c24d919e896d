using Tiffin.Cli;
using Tiffin.Tests.Support;

namespace Tiffin.Tests.Faults;

/// <summary>A database with a small chain, whose stock is given in portions of rice.</summary>
static class Shop
{
    public static async Task<string> Open(long portions, string? connectionString = null)
    {
        connectionString ??= await PostgresFixture.CreateDatabase();
        await using var server = await TestServer.Start(connectionString);
        await SmallChain.Open(server, rice: 100 * portions, potato: 1_000_000);
        return connectionString;
    }

    public static Task<long> Orders(string connectionString) =>
        Session.Ask<long>(connectionString, "SELECT count(*) FROM orders");

    public static async Task ShouldVerify(string connectionString)
    {
        var output = new StringWriter();
        (await VerifyCommand.Run(connectionString, output)).ShouldBe(0, output.ToString());
    }
}
