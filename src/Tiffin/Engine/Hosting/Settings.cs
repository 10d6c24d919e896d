using System.Text.RegularExpressions;
using Microsoft.Extensions.Options;

namespace Tiffin.Engine.Hosting;

/// <summary>A section of the configuration, and the class whose properties are its settings.</summary>
sealed record SettingsSection(string Key, Type Options);

/// <summary>Settings with which the server cannot start.</summary>
sealed class InvalidSettingException(string message, Exception? inner = null)
    : InvalidOperationException(message, inner);

static partial class Settings
{
    /// <summary>Sections that ASP.NET Core or this server reads without an options class.</summary>
    static readonly string[] withoutClass = ["Authentication", "ConnectionStrings", "Kestrel", "Logging", "Tiffin"];

    /// <summary>Binds and checks <typeparamref name="T"/> when the server starts.</summary>
    public static OptionsBuilder<T> AddSettings<T>(this WebApplicationBuilder builder, string section) where T : class
    {
        builder.Services.AddSingleton(new SettingsSection(section, typeof(T)));
        return builder.Services.AddOptions<T>()
            .Configure(options => Bind(builder.Configuration, section, options)).ValidateOnStart();
    }

    /// <summary>The settings of a section, for decisions that are made before the services are built.</summary>
    public static T Read<T>(IConfiguration configuration, string section) where T : class, new()
    {
        var options = new T();
        Bind(configuration, section, options);
        return options;
    }

    /// <summary>
    /// Logs each setting that has no effect: mistyped, or renamed by an upgrade. A variable without <c>__</c> may
    /// belong to any other program and is ignored.
    /// </summary>
    public static void WarnOfUnknownSettings(this WebApplication app)
    {
        var log = app.Services.GetRequiredService<ILogger<SettingsSection>>();
        var known = app.Services.GetServices<SettingsSection>().SelectMany(one => Keys(one.Key, one.Options)).ToList();
        foreach (var (key, value) in app.Configuration.AsEnumerable())
        {
            var isOther = key.IndexOf(':') <= 0
                || withoutClass.Contains(key.Split(':')[0], StringComparer.OrdinalIgnoreCase);
            if (value is not null && !isOther && !known.Exists(one => Matches(key, one)))
                UnknownSetting(log, key.Replace(":", "__"));
        }
    }

    static void Bind(IConfiguration configuration, string section, object options)
    {
        try
        {
            configuration.GetSection(section).Bind(options);
        }
        catch (InvalidOperationException invalid)
        {
            // Only in the name: the value may be a duration.
            var message = SettingPath().Replace(invalid.Message, place => place.Value.Replace(":", "__"));
            throw new InvalidSettingException(message, invalid);
        }
    }

    // The key of a list or table is followed by a number or a name.
    static bool Matches(string key, string known) =>
        key.Equals(known, StringComparison.OrdinalIgnoreCase)
        || (known.EndsWith(':') && key.StartsWith(known, StringComparison.OrdinalIgnoreCase));

    static IEnumerable<string> Keys(string section, Type options) =>
        from property in options.GetProperties()
        let key = $"{section}:{property.Name}"
        let type = property.PropertyType
        from one in type is { IsClass: true, Namespace: { } home } && home.StartsWith(nameof(Tiffin)) ? Keys(key, type)
            : type.IsArray || (type.IsGenericType && Nullable.GetUnderlyingType(type) is null) ? [key, key + ':']
            : [key]
        select one;

    [GeneratedRegex(" at '[^']*' to type")]
    private static partial Regex SettingPath();

    [LoggerMessage(4005, LogLevel.Warning,
        "The setting {Setting} is unknown and has no effect: it is misspelled, or was renamed in this version")]
    static partial void UnknownSetting(ILogger log, string setting);
}
