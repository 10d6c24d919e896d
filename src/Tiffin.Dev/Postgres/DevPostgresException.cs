namespace Tiffin.Dev.Postgres;

/// <summary>An operation of the private cluster failed. The message contains the value and the remedy.</summary>
sealed class DevPostgresException(string message) : Exception(message);
