using Microsoft.Extensions.Options;
using Tiffin.Edge;
using Tiffin.Engine.Hosting;
using Tiffin.Engine.Storage;

namespace Tiffin.Features.Upkeep;

/// <summary>Retention of events and idempotency keys; clock skew check.</summary>
sealed class UpkeepFeature : Feature
{
    public override void Add(WebApplicationBuilder builder)
    {
        var services = builder.Services;
        builder.AddSettings<RetentionOptions>("Retention");
        services.AddSingleton<IValidateOptions<RetentionOptions>, RetentionOptionsValidator>();
        services.AddSingleton<IChore, RequestExpiry>();
        services.AddSingleton<IChore, LogRetention>();
        builder.AddSettings<ClockOptions>("Clock");
        services.AddSingleton<ClockMetrics>();
        services.AddSingleton<IChore, ClockCheck>();
    }
}
