namespace Tiffin.Engine.EventLog;

static class SubscriberServices
{
    /// <summary>Registers a subscriber; of all nodes that register it, one at a time runs it.</summary>
    public static IServiceCollection AddSubscriber<T>(this IServiceCollection services) where T : class, ISubscriber
    {
        services.AddSingleton<T>();
        // AddHostedService would register only one Subscription, because it deduplicates by implementation type.
        return services.AddSingleton<IHostedService>(all =>
            ActivatorUtilities.CreateInstance<Subscription>(all, all.GetRequiredService<T>()));
    }
}
