using System.Reflection;
using Tiffin.Edge;
using Tiffin.Edge.Access;
using Tiffin.Engine.Commit;
using Tiffin.Engine.EventLog;
using Tiffin.Engine.Storage;
using Tiffin.Features.Broker;
using Tiffin.Features.Devices;
using Tiffin.Features.Health;
using Tiffin.Features.Notifications;
using Tiffin.Features.Orders;
using Tiffin.Features.PersonalData;
using Tiffin.Features.Sandbox;
using Tiffin.Features.Upkeep;
using Tiffin.Features.Webhooks;

namespace Tiffin.Tests.Deploy;

/// <summary>Something that an operator can set: its key, and the property of an options class that takes it.</summary>
sealed record Setting(string Key, object Options, PropertyInfo Property)
{
    public static readonly IReadOnlyDictionary<string, Type> Sections = new Dictionary<string, Type>
    {
        ["Access"] = typeof(AccessOptions),
        ["Access:Jwt"] = typeof(JwtOptions),
        ["Access:SignIn"] = typeof(SignInOptions),
        ["Board"] = typeof(BoardOptions),
        ["Broker"] = typeof(BrokerOptions),
        ["Clock"] = typeof(ClockOptions),
        ["Commit"] = typeof(CommitOptions),
        ["Database"] = typeof(DatabaseOptions),
        ["Devices"] = typeof(DeviceOptions), ["Sandbox"] = typeof(SandboxOptions),
        ["Health"] = typeof(HealthOptions),
        ["Limits"] = typeof(LimitOptions),
        ["Notifications"] = typeof(NotificationOptions),
        ["PersonalData"] = typeof(PersonalDataOptions),
        ["Retention"] = typeof(RetentionOptions),
        ["Shutdown"] = typeof(ShutdownOptions),
        ["Subscriptions"] = typeof(SubscriptionOptions),
        ["Tracking"] = typeof(TrackingOptions),
        ["Webhooks"] = typeof(WebhookOptions),
    };

    /// <summary>What is read without an options class: by us, the web server, the runtime, the driver, OTLP.</summary>
    static readonly string[] others =
    [
        "ConnectionStrings:Tiffin", InstallationKey.Setting, "ASPNETCORE_HTTP_PORTS", "DOTNET_EnableDiagnostics",
        "Logging:Console:FormatterName", "PGPASSWORD",
        "OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_PROTOCOL", "OTEL_EXPORTER_OTLP_HEADERS",
        "OTEL_SERVICE_NAME", "OTEL_RESOURCE_ATTRIBUTES",
    ];

    public static IReadOnlyList<Setting> All { get; } =
        [.. Sections.OrderBy(section => section.Key).SelectMany(
            section => Of(section.Key, Activator.CreateInstance(section.Value)!))];

    /// <summary>A list or a table: its key goes on with a number or a name.</summary>
    bool IsOpen => Property.PropertyType.IsArray || Property.PropertyType.IsGenericType;

    /// <summary>Whether the server takes notice of an environment variable.</summary>
    public static bool IsRead(string variable)
    {
        var key = variable.Replace("__", ":");
        return others.Contains(key, StringComparer.OrdinalIgnoreCase)
            || All.Any(setting => setting.Key.Equals(key, StringComparison.OrdinalIgnoreCase)
                || (setting.IsOpen && key.StartsWith(setting.Key + ':', StringComparison.OrdinalIgnoreCase)))
            || key.StartsWith("Logging:LogLevel:", StringComparison.OrdinalIgnoreCase);
    }

    static IEnumerable<Setting> Of(string prefix, object options) =>
        from property in options.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance)
        from setting in property.PropertyType is { IsClass: true, Namespace: { } home } && home.StartsWith("Tiffin")
            ? Of($"{prefix}:{property.Name}", property.GetValue(options)!)
            : [new Setting($"{prefix}:{property.Name}", options, property)]
        select setting;
}
