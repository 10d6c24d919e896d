using Npgsql;
using Tiffin.Engine.Storage;

namespace Tiffin.Tests.Storage;

public sealed class PrimaryHostTests
{
    [Theory]
    [InlineData("Host=one,two;Database=tiffin", "primary")]
    [InlineData("Host=one;Database=tiffin", null)]
    public void With_several_hosts_only_the_primary_is_used(string given, string? wanted) =>
        new NpgsqlConnectionStringBuilder(PrimaryHost.Only(given)).TargetSessionAttributes.ShouldBe(wanted);
}
