using Amazon.CDK;
using Amazon.CDK.AWS.ECR;
using Amazon.CDK.AWS.ECS;
using Amazon.CDK.AWS.Logs;
using Constructs;

namespace Tiffin.Aws;

/// <summary>Common to all containers: no privileges, a read-only file system, a log.</summary>
static class Containers
{
    /// <summary>The user of the image; see deploy/Dockerfile.</summary>
    public const string User = "1654";

    public static ContainerDefinition AddHardened(
        this FargateTaskDefinition task, string name, ContainerDefinitionOptions options)
    {
        var linux = new LinuxParameters(task, $"{name}Rights");
        linux.DropCapabilities(Capability.ALL);
        options.LinuxParameters = linux;
        options.ReadonlyRootFilesystem = true;
        return task.AddContainer(name, options);
    }

    public static FargateTaskDefinition Task(Construct scope, string id, int cpu, int memoryMiB) =>
        new(scope, id, new FargateTaskDefinitionProps { Cpu = cpu, MemoryLimitMiB = memoryMiB });

    public static ContainerImage Release(IRepository images, CfnParameter release) =>
        ContainerImage.FromEcrRepository(images, release.ValueAsString);

    public static LogGroup Log(Construct scope, string id) => new(scope, id, new LogGroupProps
    {
        Retention = RetentionDays.ONE_MONTH,
        RemovalPolicy = RemovalPolicy.RETAIN,
    });

    public static LogDriver Logging(ILogGroup log, string prefix) => LogDriver.AwsLogs(new AwsLogDriverProps
    {
        LogGroup = log,
        StreamPrefix = prefix,
        // A log that cannot be written must not delay an order.
        Mode = AwsLogDriverMode.NON_BLOCKING,
    });
}
