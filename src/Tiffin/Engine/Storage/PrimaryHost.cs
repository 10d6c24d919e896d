using Npgsql;

namespace Tiffin.Engine.Storage;

/// <summary>For sessions that are not opened by <see cref="Database"/>.</summary>
static class PrimaryHost
{
    /// <summary>
    /// Restricts a connection string with several hosts to the primary: otherwise the first host that responds may be a
    /// standby, which cannot be migrated and may lag.
    /// </summary>
    public static string Only(string connectionString)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString);
        if (settings.Host?.Contains(',') == true) settings.TargetSessionAttributes = "primary";
        return settings.ConnectionString;
    }
}
