namespace Tiffin.Engine.Hosting;

static class HostedServices
{
    /// <summary>Registers a service that others inject too; they start in the order of registration.</summary>
    public static IServiceCollection AddHosted<T>(this IServiceCollection services) where T : class, IHostedService =>
        services.AddSingleton<T>().AddHostedService(all => all.GetRequiredService<T>());
}
