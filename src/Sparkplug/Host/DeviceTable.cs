using Sparkplug.Metrics;

namespace Sparkplug.Host;

/// <summary>The Devices of one Edge Node: their births, deaths and data.</summary>
internal sealed class DeviceTable(NodeState node, NodeStateOptions options, BirthReader births, DataReader data)
{
    private readonly Dictionary<string, DeviceState> _devices = [];

    /// <summary>All devices that were ever born.</summary>
    public IReadOnlyDictionary<string, DeviceState> All => _devices;

    /// <summary>Takes a DBIRTH.</summary>
    public void Bear(NodeInput.Received message, INodeOutputs outputs)
    {
        var faults = new FaultSink(node, outputs, message.Now);
        if (!_devices.TryGetValue(message.DeviceId!, out var device))
        {
            if (_devices.Count >= options.DeviceCapacity)
            {
                faults.Add(NodeFault.CapacityExceeded,
                    $"DBIRTH of device '{Names.Short(message.DeviceId)}' ignored: a node may have {options.DeviceCapacity} devices");
                return;
            }
            _devices.Add(message.DeviceId!, device = new DeviceState(message.DeviceId!));
        }
        device.LastSeen = message.Now;
        var table = device.MetricTable;
        var entries = births.Read(message, device, ref table, faults);
        device.Bear(table, message.Now);
        outputs.DeviceBorn(node, device);
        foreach (var entry in entries) outputs.MetricUpdated(node, device, entry.Metric, entry.Update);
    }

    /// <summary>Takes a DDATA; the result says why a rebirth is needed, if it is.</summary>
    public RebirthReason? TakeData(NodeInput.Received message, bool isAliasUsable, INodeOutputs outputs)
    {
        if (!_devices.TryGetValue(message.DeviceId!, out var device) || !device.IsOnline)
        {
            new FaultSink(node, outputs, message.Now).Add(NodeFault.NotBorn,
                $"DDATA of device '{Names.Short(message.DeviceId)}' ignored: it came before a DBIRTH");
            return RebirthReason.NoDeviceBirth;
        }
        device.LastSeen = message.Now;
        return data.Read(message, device, device.MetricTable, isAliasUsable, outputs);
    }

    /// <summary>Takes a DDEATH; its time is the payload's (tck-id-operational-behavior-edge-node-termination-host-action-ddeath-devices-offline).</summary>
    public void End(NodeInput.Received message, INodeOutputs outputs)
    {
        var faults = new FaultSink(node, outputs, message.Now);
        faults.AddPayload(message);
        if (!_devices.TryGetValue(message.DeviceId!, out var device) || device.OfflineReason == OfflineReason.DDEATH)
        {
            faults.Add(NodeFault.NotBorn, $"DDEATH of device '{Names.Short(message.DeviceId)}' ignored: it was not born");
            return;
        }
        device.LastSeen = message.Now;
        End(device, OfflineReason.DDEATH, message.Payload.Timestamp ?? message.Now, outputs);
    }

    /// <summary>The node was born anew: devices that were online wait for their DBIRTHs.</summary>
    public void AwaitBirths(Timestamp now, INodeOutputs outputs)
    {
        foreach (var device in _devices.Values)
            if (device.IsOnline) End(device, OfflineReason.NodeReborn, now, outputs);
    }

    /// <summary>The node is offline: so are all devices that did not end by themselves.</summary>
    public void EndAll(OfflineReason reason, Timestamp now, INodeOutputs outputs)
    {
        foreach (var device in _devices.Values)
            if (device.OfflineReason is not (OfflineReason.DDEATH or OfflineReason.NDEATH)) End(device, reason, now, outputs);
    }

    private void End(DeviceState device, OfflineReason reason, Timestamp time, INodeOutputs outputs)
    {
        device.End(reason, time);
        outputs.DeviceDied(node, device, reason);
    }
}
