using Npgsql;
using Tiffin.Engine.Storage;
using Tiffin.Features.Notifications;
using Tiffin.Tests.Support;

namespace Tiffin.Tests.Subscribers.Notifications;

public sealed class LateMessageTests
{
    /// <summary>
    /// Inserts a message of yesterday, as the subscriber does when it reads an old log, between the statement that
    /// drops late messages and the one that claims messages to send.
    /// </summary>
    [Fact]
    public async Task A_late_message_that_is_inserted_after_the_others_were_dropped_is_not_sent()
    {
        await using var connection = new NpgsqlConnection(await PostgresFixture.CreateDatabase());
        await connection.OpenAsync();
        await Sql.Run(connection, """
            CREATE SEQUENCE statements;
            CREATE FUNCTION insert_late() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
                IF nextval('statements') = 2 THEN
                    INSERT INTO notifications (id, order_id, status, channel, at, due_at)
                    VALUES (gen_random_uuid(), gen_random_uuid(), 1, 0, now() - interval '1 day', now());
                END IF;
                RETURN NULL;
            END $$;
            CREATE TRIGGER insert_late AFTER UPDATE ON notifications
                FOR EACH STATEMENT EXECUTE FUNCTION insert_late();
            """, default);
        var options = new NotificationOptions();

        var first = await NotificationTable.Claim(connection, options, max: 10, default);
        var second = await NotificationTable.Claim(connection, options, max: 10, default);

        first.Messages.ShouldBeEmpty();
        first.Late.ShouldBe(0, "the message was inserted too early");
        (second.Messages.Count, second.Late).ShouldBe((0, 1));
    }
}
