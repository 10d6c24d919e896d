using Tiffin.Engine.Hosting;

namespace Tiffin.Engine.Storage;

static class DatabaseSettings
{
    public static string ConnectionString(IConfiguration configuration) =>
        configuration.GetConnectionString("Tiffin") is { Length: > 0 } text
            ? text
            : throw new InvalidSettingException(
                "No database: set ConnectionStrings__Tiffin, such as 'Host=db;Username=tiffin;Database=tiffin'.");

    /// <summary>For commands. They read what the server reads: appsettings.json, then the environment.</summary>
    public static string CommandConnectionString() => ConnectionString(
        new ConfigurationBuilder().AddJsonFile("appsettings.json", optional: true).AddEnvironmentVariables().Build());
}
