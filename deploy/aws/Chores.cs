using Amazon.CDK;
using Amazon.CDK.AWS.ECS;
using EcsSecret = Amazon.CDK.AWS.ECS.Secret;

namespace Tiffin.Aws;

/// <summary>
/// Tasks that are run by hand: one creates the server's role with its password, then one migrates the schema. They use
/// the owner's secret, which the service's own roles cannot read.
/// </summary>
static class Chores
{
    /// <summary>psql reads the password as if it were typed, and sends only its SCRAM verifier.</summary>
    public const string CreateRole = $$"""
        printf '%s' "DO \$do\$ BEGIN
          IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{{Database.Application}}') THEN
            CREATE ROLE {{Database.Application}} LOGIN;
          END IF;
        END \$do\$;" | psql -q -v ON_ERROR_STOP=1
        printf '%s\n%s\n' "$APPLICATION_PASSWORD" "$APPLICATION_PASSWORD" \
          | psql -q -v ON_ERROR_STOP=1 -c '\password {{Database.Application}}'
        """;

    public static void AddTo(DataStack stack)
    {
        var logs = Containers.Log(stack, "ChoreLog");
        var role = Containers.Task(stack, "Role", cpu: 256, memoryMiB: 512);
        role.AddHardened("psql", new ContainerDefinitionOptions
        {
            Image = ContainerImage.FromRegistry("public.ecr.aws/docker/library/postgres:17-alpine"),
            // The image's own user for PostgreSQL.
            User = "70",
            EntryPoint = ["/bin/sh", "-euc"],
            Command = [CreateRole],
            Environment = new Dictionary<string, string>
            {
                ["PGHOST"] = stack.Database.Instance.DbInstanceEndpointAddress,
                ["PGPORT"] = $"{Network.DatabasePort}",
                ["PGDATABASE"] = Database.Name,
                ["PGUSER"] = Database.Owner,
                ["PGSSLMODE"] = "require",
                ["PGCHANNELBINDING"] = "require",
            },
            Secrets = new Dictionary<string, EcsSecret>
            {
                ["PGPASSWORD"] = EcsSecret.FromSecretsManager(stack.Secrets.Owner, "password"),
                ["APPLICATION_PASSWORD"] = EcsSecret.FromSecretsManager(stack.Secrets.Application, "password"),
            },
            Logging = Containers.Logging(logs, "role"),
        });

        var migration = Containers.Task(stack, "Migration", cpu: 512, memoryMiB: 1024);
        migration.AddHardened("tiffin", new ContainerDefinitionOptions
        {
            Image = Containers.Release(stack.Images, stack.Release),
            User = Containers.User,
            Command = ["migrate"],
            Environment = new Dictionary<string, string>
            {
                ["ConnectionStrings__Tiffin"] = stack.Database.ConnectionString(Database.Owner, pool: 4),
            },
            Secrets = new Dictionary<string, EcsSecret>
            {
                ["PGPASSWORD"] = EcsSecret.FromSecretsManager(stack.Secrets.Owner, "password"),
            },
            Logging = Containers.Logging(logs, "migration"),
        });
        Tell(stack, "Cluster", stack.Cluster.ClusterName);
        Tell(stack, "RoleTask", role.TaskDefinitionArn);
        Tell(stack, "MigrationTask", migration.TaskDefinitionArn);
        Tell(stack, "ChoreGroup", stack.Network.Chore.SecurityGroupId);
        Tell(stack, "ChoreSubnets", Fn.Join(",", stack.Network.Vpc.SelectSubnets(Network.Nodes).SubnetIds));
        Tell(stack, "ImageRepository", stack.Images.RepositoryUri);
    }

    static void Tell(Stack stack, string name, string value) =>
        new CfnOutput(stack, $"{name}Output", new CfnOutputProps { Value = value }).OverrideLogicalId(name);
}
