// The library product: what a Swift program imports. The types are declared in the targets below it.

@_exported import struct ExtensionHost.Configuration
@_exported import struct ExtensionHost.HostError
@_exported import class ExtensionHost.NotificationProcessor
@_exported import struct ExtensionHost.Outcome
@_exported import struct NotificationModel.Fault
@_exported import enum NotificationModel.FaultPolicy
