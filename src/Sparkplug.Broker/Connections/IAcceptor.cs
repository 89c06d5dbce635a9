namespace Sparkplug.Broker.Connections;

/// <summary>Takes new connections, and the passing of time, on the broker's loop.</summary>
internal interface IAcceptor
{
    /// <summary>A client has connected (over TLS: has completed its handshake). Sets <see cref="Connection.Owner"/>, or aborts it.</summary>
    void Accept(Connection connection);

    /// <summary>
    /// Called once each turn of the loop, after what has come was handled and before the output is sent. Runs what is due and returns how
    /// many milliseconds the loop may wait at most when nothing comes (-1 for ever).
    /// </summary>
    int Turn();

    /// <summary>Called once each turn after the output was sent, for what need not hold it up; returns the same as <see cref="Turn"/>.</summary>
    int Sent();
}
