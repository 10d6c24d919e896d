using Npgsql;

namespace Tiffin.Storage;

/// <summary>For sessions outside of <see cref="Database"/>.</summary>
static class PrimaryHost
{
    /// <summary>
    /// The same connection string, insisting on the primary where it names several hosts: the first that answers may be
    /// a standby, which cannot be migrated and may be behind.
    /// </summary>
    public static string Only(string connectionString)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString);
        if (settings.Host?.Contains(',') == true) settings.TargetSessionAttributes = "primary";
        return settings.ConnectionString;
    }
}
