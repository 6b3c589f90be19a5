import {
  to = kibana_connector.mail
  id = "operations/90a82c60-478f-11ee-a343-f98a117c727f"
}
