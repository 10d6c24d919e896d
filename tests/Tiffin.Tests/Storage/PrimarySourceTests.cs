using Npgsql;
using Tiffin.Engine.Storage;
using Tiffin.Tests.Support;

namespace Tiffin.Tests.Storage;

public sealed class PrimarySourceTests
{
    /// <summary>Errors for which the driver ends the session, and takes the host to be down.</summary>
    [Theory]
    [InlineData("XX001")]
    [InlineData("58030")]
    [InlineData("53200")]
    public async Task A_row_that_cannot_be_read_does_not_keep_others_from_reading(string sqlState)
    {
        await using var database = new Database(await PostgresFixture.CreateDatabase());
        for (var i = 0; i < 3; i++)
        {
            (await Should.ThrowAsync<PostgresException>(() => Read(database,
                $"DO $$ BEGIN RAISE EXCEPTION 'invalid page in block 7' USING ERRCODE = '{sqlState}'; END $$")))
                .SqlState.ShouldBe(sqlState);

            await Read(database, "SELECT 1");
        }
    }

    static async Task Read(Database database, string sql)
    {
        await using var connection = await database.OpenRequest(default);
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
