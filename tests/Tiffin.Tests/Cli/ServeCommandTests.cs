using Npgsql;
using Tiffin.Engine.Storage;
using Tiffin.Tests.Support;

namespace Tiffin.Tests.Cli;

public sealed class ServeCommandTests
{
    [Fact]
    public async Task A_server_without_an_administrator_does_not_start()
    {
        var program = AppContext.BaseDirectory.Replace("Tiffin.Tests", "Tiffin", StringComparison.Ordinal);
        var database = new NpgsqlConnectionStringBuilder(await PostgresFixture.CreateDatabase())
        {
            Username = Migrator.ApplicationRole,
        };

        var (exitCode, _, errors) = await Tool.Run("dotnet",
            $"\"{Path.Combine(program, "tiffin.dll")}\" serve --urls http://127.0.0.1:0 "
            + $"--ConnectionStrings:Tiffin \"{database.ConnectionString}\"");

        exitCode.ShouldBe(1, errors);
        errors.ShouldContain("neither an admin key nor a token issuer");
    }
}
