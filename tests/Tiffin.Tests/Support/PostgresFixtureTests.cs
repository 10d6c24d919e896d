using Npgsql;

namespace Tiffin.Tests.Support;

public sealed class PostgresFixtureTests
{
    [Fact]
    public async Task Each_caller_gets_a_database_of_its_own()
    {
        var mine = await PostgresFixture.CreateDatabase();
        var yours = await PostgresFixture.CreateDatabase();

        await Run(mine, "CREATE TABLE only_here (id int)");
        await Run(yours, "CREATE TABLE only_here (id int)");
    }

    static async Task Run(string connectionString, string sql)
    {
        await using var source = NpgsqlDataSource.Create(connectionString);
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }
}
