namespace Tiffin.EventLog;

static class SubscriberServices
{
    /// <summary>Reads the log for a subscriber, on one of the nodes that do so.</summary>
    public static IServiceCollection AddSubscriber<T>(this IServiceCollection services) where T : class, ISubscriber
    {
        services.AddSingleton<T>();
        // Not AddHostedService: it takes one service of a type only.
        return services.AddSingleton<IHostedService>(all =>
            ActivatorUtilities.CreateInstance<Subscription>(all, all.GetRequiredService<T>()));
    }
}
